"""What the documents of `routing/` say: invoices, contracts, reports and unclear post, in several languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Invoice:
    """The facts of an invoice, and its words in one language."""

    number: str
    seller: str
    date: str
    words: tuple[str, str, str, str, str]  # invoice, number, date, net, total
    lines: tuple[tuple[str, int, str, str], ...]  # description, quantity, price, amount as written
    net: str
    tax: str
    total: str
    currency: str = "EUR"

    def head(self) -> list[str]:
        """What stands above the table."""
        title, number, date = self.words[:3]
        return [self.seller, title.upper(), f"{number}: {self.number}", f"{date}: {self.date}"]

    def foot(self) -> list[str]:
        """What stands below the table."""
        return [
            f"{self.words[3]}: {self.net} {self.currency}",
            self.tax,
            f"{self.words[4]}: {self.total} {self.currency}",
        ]

    def text(self) -> str:
        """All of it as plain text."""
        rows = [f"{text}  {quantity}  {price}  {amount}" for text, quantity, price, amount in self.lines]
        return "\n".join([*self.head(), "", *rows, "", *self.foot(), ""])


ENGLISH = ("Invoice", "Invoice no", "Invoice date", "Net amount", "Total due")
GERMAN = ("Rechnung", "Rechnung Nr", "Rechnungsdatum", "Nettobetrag", "Gesamtbetrag")
FRENCH = ("Facture", "Facture no", "Date de facture", "Montant HT", "Total TTC")
ROMANIAN = ("Factura", "Factura nr", "Data facturii", "Valoare neta", "Total de plata")
SPANISH = ("Factura", "Factura num", "Fecha de factura", "Base imponible", "Importe total")
ITALIAN = ("Fattura", "Fattura n", "Data fattura", "Imponibile", "Totale dovuto")

INVOICES = {
    "office-chairs": Invoice(
        "INV-2026-0311", "Harbour Office Supplies Ltd", "2026-03-02", ENGLISH,
        (("Task chair Lumen", 6, "189.00", "1,134.00"), ("Desk lamp Arc", 6, "42.50", "255.00")),
        "1,389.00", "VAT 20 %: 277.80 EUR", "1,666.80"),
    "schrauben": Invoice(
        "R-88213", "Werkzeug Brandt GmbH", "2026-02-17", GERMAN,
        (("Schrauben M8 x 40", 2000, "0,12", "240,00"), ("Bohrfutter 13 mm", 4, "38,75", "155,00")),
        "395,00", "zzgl. 19 % MwSt: 75,05 EUR", "470,05"),
    "traduction": Invoice(
        "F2026-118", "Atelier des Mots SARL", "2026-01-28", FRENCH,
        (("Traduction juridique", 14, "65,00", "910,00"), ("Relecture", 5, "48,00", "240,00")),
        "1150,00", "TVA 20 %: 230,00 EUR", "1380,00"),
    "servicii": Invoice(
        "BV 4471", "Carpat Servicii SRL", "2026-03-11", ROMANIAN,
        (("Mentenanta servere", 3, "1.200,00", "3.600,00"), ("Interventie weekend", 2, "850,00", "1.700,00")),
        "5.300,00", "TVA 19 %: 1.007,00 RON", "6.307,00", "RON"),
    "imprenta": Invoice(
        "2026/77", "Imprenta del Sur SL", "2026-02-05", SPANISH,
        (("Folletos A5", 5000, "0,08", "400,00"), ("Carteles A2", 50, "3,20", "160,00")),
        "560,00", "IVA 21 %: 117,60 EUR", "677,60"),
    "macchine": Invoice(
        "2026-0042", "Officine Ferrari Srl", "2026-03-09", ITALIAN,
        (("Tornio CNC T-400", 1, "48.500,00", "48.500,00"), ("Installazione", 1, "2.300,00", "2.300,00")),
        "50.800,00", "IVA 22 %: 11.176,00 EUR", "61.976,00"),
    "server-racks": Invoice(
        "NX-55120", "Northwind Data Systems Inc", "2026-03-04", ENGLISH,
        (("Rack server R750", 4, "7,450.00", "29,800.00"), ("Support 3 years", 4, "1,120.00", "4,480.00")),
        "34,280.00", "Sales tax 0 %: 0.00 USD", "34,280.00", "USD"),
    "wrong-sum": Invoice(
        "INV-7781", "Quickfix Plumbing", "2026-03-01", ENGLISH,
        (("Pipe repair", 3, "120.00", "360.00"), ("Callout", 1, "80.00", "80.00")),
        "540.00", "VAT 20 %: 108.00 EUR", "648.00"),
}  # fmt: skip

CONTRACTS = {
    "lease": """LEASE AGREEMENT

This agreement is made between Meridian Properties plc (the landlord) and Copper Kettle Cafes Ltd (the tenant).
The term begins on 2026-04-01 and ends on 2029-03-31. The tenant may terminate by written notice before 2028-09-30.
Rent is 2,850 a month, payable in advance. The parties agree to the governing law of England and Wales.
Signed by both parties, confidential.""",
    "dienstvertrag": """DIENSTLEISTUNGSVERTRAG

Dieser Vertrag wird geschlossen zwischen der Stadtwerke Lindau GmbH und der Nordlicht IT AG (die Vertragsparteien).
Die Laufzeit beginnt am 01.05.2026 und endet am 30.04.2028. Die Kündigungsfrist endet am 31.01.2028.
Vertraulichkeit: Beide Seiten wahren Stillschweigen über den Inhalt.""",
    "contrat": """CONTRAT DE PRESTATION

Le présent contrat est conclu entre Brasserie du Port SA et Lumiere Conseil (les parties).
Il prend effet le 15/04/2026 et expire le 14/04/2027. La résiliation doit être notifiée avant le 14/01/2027.
Les parties s'engagent à la confidentialité.""",
    "nda": """MUTUAL NON-DISCLOSURE AGREEMENT

This agreement between Orchid Biotech Inc and Sable Ventures LLP (the parties) protects confidential information.
It is effective from 2026-02-01 and its term ends on 2031-01-31. Governing law: Delaware.""",
    "supply": """SUPPLY AGREEMENT No 2026-19

Between Valley Dairy Cooperative and Corner Stores Group (the parties). Term: 2026-06-01 to 2027-05-31.
Notice of termination is due by 2027-02-28. Deliveries are weekly; the governing law is that of Ireland.""",
}

REPORTS = {
    "quarter": """QUARTERLY REPORT, Q4 2025

Executive summary: revenue grew by 12 percent to 4.1 million. Findings: the new stores carry the growth.
Online sales stayed flat. Recommendations: close two small depots and invest in the website.""",
    "incident": """INCIDENT REPORT 2026-02-14

Executive summary: the order service was down for 41 minutes. Findings: an expired certificate.
Recommendations: renew certificates by machine, and alert thirty days ahead.""",
    "bericht": """JAHRESBERICHT 2025

Zusammenfassung: Der Verein zählt 412 Mitglieder. Ergebnisse: Die Jugendarbeit wächst um ein Fünftel.
Empfehlungen: Ein zweiter Trainer für die Halle.""",
    "sales": """SALES REPORT FEBRUARY 2026

Findings: three regions beat their plan. Executive summary: 1,204 units sold, 9 percent above plan.""",
}

UNCLEAR = {
    "greeting": "Dear all,\n\nthank you for the cake and the flowers. It was a lovely day.\n\nYours, Maud",
    "menu": "Lunch this week\n\nMonday soup, Tuesday pasta, Wednesday fish, Thursday curry, Friday salad.",
    "mixed": "About the invoice for the agreement: could you call me back? I am not sure which one you mean.",
}
