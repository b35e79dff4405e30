"""Properties that hold for every expression and every scope, tried on thousands of random ones."""

from __future__ import annotations

import copy
import math
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.expressions import Code, ExpressionError, compile_expression, compile_template
from tests.unit.expressions.helpers import environment

SETTINGS = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def words(*lines):
    return [word for line in lines for word in line.split()]


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
SCOPES = st.fixed_dictionaries({"x": JSON, "y": JSON, "rows": st.lists(JSON, max_size=4)})

CONTEXTS = st.sampled_from(["text", "url", "header", "html", "json"])

PIECES = words(
    r"""x y rows x.a y.b x[0] rows[1:] 1 0 -1 2.5 'a' 'ab' '' [] {} null true None [x,y] {'a':x} {x} len( """,
    r"""sum( min( max( sorted( any( all( range( abs( str( int( float( list( dict( set( zip( enumerate( """,
    r"""default( json.dumps( json.loads( round( re.findall('a', re.sub('a','b', now() date.today() """,
    r"""timedelta(minutes= merge( next( reversed( uuid4() random() ) ) ) ) ] [ , + - * / // % ** == != < <= """,
    r"""> >= and or not in is AND OR NOT if else for k in rows k v : { } ( f'{x}' f'{y:.2f}' .a .upper() """,
    r""".items() .get('a') .split() .join( .lower() .keys() .hour .strip( .group(1) by='a' reverse=true , """,
    r"""key= lambda := * ** | & . .. '{' '\d' r'\' # ! ? @ ~ ^ ` $ \ """,
)

SOUP = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map(" ".join)


def is_json(value):
    if type(value) is list:
        return all(map(is_json, value))
    if type(value) is dict:
        return all(type(key) is str and is_json(item) for key, item in value.items())
    return value is None or type(value) in (bool, int, str) or (type(value) is float and math.isfinite(value))


def outcome(text, scope):
    """The result, or the error; any other exception goes through and fails the test."""
    try:
        return compile_expression(text).evaluate(scope, environment=environment())
    except ExpressionError as error:
        return error


def check(text, scope):
    before = copy.deepcopy(scope)

    first, second = outcome(text, scope), outcome(text, scope)

    if isinstance(first, ExpressionError):
        assert first.code != Code.INTERNAL, text
        assert first.position is None or 0 <= first.position <= len(text)
        assert second.code == first.code
    else:
        assert is_json(first)
        assert first == second
    assert scope == before


@SETTINGS
@given(st.lists(SOUP, max_size=3), SCOPES)
def test_soup_of_pieces_gives_json_or_a_named_error(texts, scope):
    for text in texts:
        check(text, scope)


@settings(SETTINGS, max_examples=150)
@given(st.text(max_size=40), SCOPES)
def test_any_text_gives_json_or_a_named_error(text, scope):
    check(text, scope)


BINARY = words(
    r"""+ - * / // % ** == != < <= > >= and or in """,
)
CALLS = words(
    r"""len sum min max sorted any all range abs str int float bool list dict set zip enumerate round """,
    r"""default json.dumps json.loads merge next reversed keys values floor ceil sqrt datetime.fromisoformat """,
    r"""timedelta """,
)
METHODS = words(
    r"""lower split strip title join items get keys count index replace startswith isdigit partition upper """,
)


def well_formed(random, depth):
    """An expression that always parses, so that the operations are reached with every kind of value."""
    if depth == 0:
        return random.choice(["x", "y", "rows", "x.a", "1", "-3", "2.5", "'a'", "'7'", "null", "true", "now()"])
    one, other = well_formed(random, random.randrange(depth)), well_formed(random, random.randrange(depth))
    forms = [
        f"({one} {random.choice(BINARY)} {other})",
        f"{random.choice(CALLS)}({one})",
        f"{random.choice(CALLS)}({one}, {other})",
        f"({one}).{random.choice(METHODS)}({random.choice(['', other])})",
        f"[k for k in {one} if k != {other}]",
        f"{{str(k): {other} for k in {one}}}",
        f"({one})[{other}]",
        f"({one})[{other}:]",
        f"({one} if {other} else {one})",
        f"f'{{{one}}}'" if "'" not in one else f"[{one}, {other}]",
        f"{{'a': {one}, 'b': {other}}}.a",
        f"(not {one})",
        f"(-{one})",
        f"{{{one}, {other}}}",
    ]
    return random.choice(forms)


@settings(SETTINGS, max_examples=300)
@given(st.integers(0, 2**32), SCOPES)
def test_every_operation_on_every_kind_gives_json_or_a_named_error(seed, scope):
    random = Random(seed)

    for _ in range(10):
        check(well_formed(random, 4), scope)


@settings(SETTINGS, max_examples=300)
@given(
    st.text(alphabet="{}x'\" ().a1+", max_size=30), SCOPES, st.sampled_from(["text", "url", "header", "html", "json"])
)
def test_any_template_gives_json_or_a_named_error(text, scope, context):
    try:
        made = compile_template(text, context=context).render(scope, environment=environment())
    except ExpressionError as error:
        made = error.code

    assert made != Code.INTERNAL
    assert is_json(str(made) if isinstance(made, Code) else made)
