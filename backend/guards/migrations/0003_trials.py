import backend.common.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("guards", "0002_order_of_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="circuit",
            name="trials",
            field=backend.common.fields.DocumentField(null=True),
        ),
    ]
