"""What expressions mean, rule by rule."""

from __future__ import annotations

import pytest

from tests.unit.expressions.helpers import evaluate

SCOPE = {
    "n": 5,
    "price": 12.5,
    "name": "Ann Lee",
    "nothing": None,
    "rows": [
        {"id": 1, "total": 10.5, "tag": "a"},
        {"id": 2, "total": 4, "tag": "b"},
        {"id": 3, "total": 7, "tag": "a"},
    ],
    "user": {"email": None, "items": [1, 2], "from": "web", "a b": 1, "address": {"city": "Cluj"}},
    "webhook_payload": {"users": [{"name": "Robert'); DROP TABLE users;--", "email": None}]},
    "circuit": {"status": "open", "since": "2026-01-30T14:20:00Z"},
    "circuit_status": [{"status": "closed"}],
}

LITERALS = [
    ("1", 1),
    ("1_000", 1000),
    ("0xff", 255),
    ("1.5e3", 1500.0),
    ("'a' \"b\"", "ab"),
    (r"'a\tb'", "a\tb"),
    (r"'\d'", "\\d"),
    (r"r'\d'", "\\d"),
    ("[1, 'a', null, [true]]", [1, "a", None, [True]]),
    ("{'a': 1, 'b': {}}", {"a": 1, "b": {}}),
    ("(1, 2)", [1, 2]),
    ("()", []),
    ("{3, 1, 3}", [3, 1]),
    ("  n\n  + 1 ", 6),
    ("'ş' + name[0]", "şA"),
]
WORDS = [
    ("True and TRUE and true", True),
    ("FALSE Or false", False),
    ("NOT null", True),
    ("null is None", True),
    ("n == 5 AND price > 12", True),
    ("name == 'x' OR 'AND' in 'SAND'", True),
    ("'true AND null'", "true AND null"),
    ("user.null", None),
    ("f'{true} {null}'", "True None"),
]
ACCESS = [
    ("user.address.city", "Cluj"),
    ("user['address']['city']", "Cluj"),
    ("user.items", [1, 2]),
    ("user.items()[1]", ["items", [1, 2]]),
    ("user.from", "web"),
    ("user.class", None),
    ("user['a b']", 1),
    ("user.missing", None),
    ("user.missing.deeper[0].still", None),
    ("user['missing']", None),
    ("nothing.x", None),
    ("nothing[0]", None),
    ("rows[0].id", 1),
    ("rows[-1].id", 3),
    ("rows[99]", None),
    ("rows[99].id", None),
    ("name[0]", "A"),
    ("name[99]", None),
    ("rows[1:][0].id", 2),
    ("name[::-1]", "eeL nnA"),
    ("[0, 1, 2, 3][1:4:2]", [1, 3]),
    ("nothing[1:]", None),
    ("webhook_payload.users[0].email", None),
    ("webhook_payload.users[0].name", "Robert'); DROP TABLE users;--"),
    ("circuit_status[0]['status'] == 'closed'", True),
]
ARITHMETIC = [
    ("1 + 2 * 3 ** 2", 19),
    ("-2 ** 2", -4),
    ("7 // 2, 7 % 2, -7 // 2, 7 / 2", [3, 1, -4, 3.5]),
    ("2.0 ** -1", 0.5),
    ("2 ** 128 > 0", True),
    ("'ab' * 3", "ababab"),
    ("[0] * 3 + [1]", [0, 0, 0, 1]),
    ("'a' + 'b'", "ab"),
    ("true + true", 2),
    ("- - 3", 3),
]
LOGIC = [
    ("1 < 2 < 3", True),
    ("1 < 3 < 2", False),
    ("0 or 'x'", "x"),
    ("'' and missing_too", ""),
    ("nothing or [] or {}", {}),
    ("not rows", False),
    ("1 == 1.0 == true", True),
    ("'1' == 1", False),
    ("[1, {'a': 2}] == [1, {'a': 2.0}]", True),
    ("{'a': 1} != {'a': 2}", True),
    ("'b' in 'abc'", True),
    ("2 not in [1, 3]", True),
    ("{'a': 1} in [{'a': 1}]", True),
    ("'email' in user", True),
    ("1 in {'1': 2}", False),
    ("[1, 2] < [1, 3]", True),
    ("'a' < 'b'", True),
    ("user.email is None", True),
    ("user.email is not None", False),
    ("(n == 5) is True", True),
    ("'big' if n > 3 else 'small'", "big"),
    ("1 if false else 2 if false else 3", 3),
    ("order_valid.ok == True", True),
]
COMPREHENSIONS = [
    ("[p.total for p in rows]", [10.5, 4, 7]),
    ("sum([p['total'] for p in rows])", 21.5),
    ("sum(p.total for p in rows if p.tag == 'a' if p.id > 1)", 7),
    ("{p.tag: p.id for p in rows}", {"a": 3, "b": 2}),
    ("{p.tag for p in rows}", ["a", "b"]),
    ("[k + str(v) for k, v in {'a': 1}.items()]", ["a1"]),
    ("[[i, k] for i, (k, v) in enumerate([['x', 1], ['y', 2]])]", [[0, "x"], [1, "y"]]),
    ("[a * b for a in [1, 2] for b in [10, 20]]", [10, 20, 20, 40]),
    ("[b for a in [[1, 2], [3]] for b in a if b != 2]", [1, 3]),
    ("[[x for x in row] for row in [[1], [2]]]", [[1], [2]]),
    ("[n for n in [1]] + [n]", [1, 5]),
    ("[c for c in 'ab']", ["a", "b"]),
    ("[k for k in {'x': 1}]", ["x"]),
    ("any(x > 1 for x in [2, 'not a number'])", True),
    ("all(x for x in [])", True),
    ("next((p.id for p in rows if p.total < 8), null)", 2),
    ("next((p for p in rows if p.id == 9), 'none')", "none"),
    ("sorted((x for x in [3, 1]), reverse=True)", [3, 1]),
    ("', '.join(p.tag for p in rows)", "a, b, a"),
]
FSTRINGS = [
    ("f'{name}: {price:.2f}'", "Ann Lee: 12.50"),
    ("f'{1234567:,} {0.256:.1%} {n:05d} {n:>4}|{name:<10}|'", "1,234,567 25.6% 00005    5|Ann Lee   |"),
    ("f'{{{n}}}'", "{5}"),
    ("f'{rows[0].total + 1}'", "11.5"),
    ("f'{now():%d.%m.%Y %H:%M}'", "30.01.2026 14:30"),
    ("f'{user.address}'", '{"city": "Cluj"}'),
    ("f'{nothing}|{true}|{1.0}'", "None|True|1.0"),
    ("f'{name.upper()}'", "ANN LEE"),
]
FUNCTIONS = [
    ("len(rows), len('abc'), len({}), len({1, 2})", [3, 3, 0, 2]),
    ("min(3, 1, 2), max([3, 1]), min([], default=0)", [1, 3, 0]),
    ("max(rows, by='total').id", 1),
    ("min('b', 'a')", "a"),
    ("sorted([3, 1, 2])", [1, 2, 3]),
    ("sorted(['b', 'a'], reverse=True)", ["b", "a"]),
    ("sorted([[2, 'x'], [1, 'y']])", [[1, "y"], [2, "x"]]),
    ("[r.id for r in sorted(rows, by='total')]", [2, 3, 1]),
    ("sum([1, 2], 10), sum([])", [13, 0]),
    ("any([0, '']), all([1, 'x'])", [False, True]),
    ("range(3), range(1, 7, 3), range(3, 0, -1)", [[0, 1, 2], [1, 4], [3, 2, 1]]),
    ("abs(-3), abs(-1.5)", [3, 1.5]),
    ("round(2.5), round(3.14159, 2), round(1234, -2)", [2, 3.14, 1200]),
    ("floor(-1.5), ceil(1.2), math.sqrt(9)", [-2, 2, 3.0]),
    ("str(5), str(1.5), str(null), str(true), str('a')", ["5", "1.5", "None", "True", "a"]),
    ("str([1, null])", "[1, null]"),
    ("int('42'), int(' 7 '), int(3.9), int('ff', 16), int(true)", [42, 7, 3, 255, 1]),
    ("float('1.5'), float(2)", [1.5, 2.0]),
    ("bool(''), bool([0])", [False, True]),
    ("list('ab'), list({'a': 1}), tuple([1])", [["a", "b"], ["a"], [1]]),
    ("set([1, 1, 'a', null])", [1, "a", None]),
    ("dict([['a', 1]], b=2), dict({'a': 1}, a=3), dict(f=1)", [{"a": 1, "b": 2}, {"a": 3}, {"f": 1}]),
    ("merge({'a': 1}, {'b': 2}, nothing)", {"a": 1, "b": 2}),
    ("zip([1, 2], 'ab')", [[1, "a"], [2, "b"]]),
    ("enumerate('ab', 1)", [[1, "a"], [2, "b"]]),
    ("reversed([1, 2]), keys({'a': 1}), values({'a': 1})", [[2, 1], ["a"], [1]]),
    ("default(user.email, 'x'), default(0, 1)", ["x", 0]),
    ("""json.loads('{"a": [1, 2.5, null]}').a""", [1, 2.5, None]),
    ("json.dumps({'a': [1, 'ş']})", '{"a": [1, "ş"]}'),
    ("json.dumps([1], indent=2)", "[\n  1\n]"),
]
METHODS = [
    ("' Ab '.strip().lower()", "ab"),
    ("'ab'.upper() + 'x y'.title() + 'aB'.capitalize()", "ABX YAb"),
    ("'xxaxx'.strip('x'), ' a '.lstrip(), ' a '.rstrip()", ["a", "a ", " a"]),
    ("'abc'.startswith('ab'), 'abc'.endswith(['x', 'c'])", [True, True]),
    ("'a-b-a'.replace('a', 'x'), 'aaa'.replace('a', 'b', 2)", ["x-b-x", "bba"]),
    ("'a,b,c'.split(','), ' a  b '.split(), 'a,b,c'.split(',', 1)", [["a", "b", "c"], ["a", "b"], ["a", "b,c"]]),
    ("'a\\nb'.splitlines(), 'k=v'.partition('=')", [["a", "b"], ["k", "=", "v"]]),
    ("'-'.join(['a', 'b'])", "a-b"),
    ("'hello'.find('l'), 'hello'.count('l'), 'x'.find('y')", [2, 2, -1]),
    ("'12'.isdigit(), 'a'.isalpha(), ''.isspace()", [True, True, False]),
    ("'pre-x'.removeprefix('pre-').removesuffix('x')", ""),
    ("[1, 2, 1].count(1), [1, 2].index(2), [1].index(5)", [2, 1, -1]),
    ("{'a': 1}.get('a'), {}.get('b'), {}.get('b', 3)", [1, None, 3]),
    ("{'a': 1}.keys(), {'a': 1}.values(), {'a': 1}.items()", [["a"], [1], [["a", 1]]]),
    ("{1, 2}.union([3]), {1, 2}.intersection([2]), {1, 2}.difference([2]), {1, 2} - {1}", [[1, 2, 3], [2], [1], [2]]),
]
REGEX = [
    (r"re.search(r'(\d+)-(\d+)', 'tel 12-34').group(2)", "34"),
    (r"re.search('\d+', 'none') is None", True),
    (r"re.match('a', 'ba')", None),
    (r"re.fullmatch('[a-z]+', 'abc') is not None", True),
    (r"re.search('b', 'abc')", "b"),
    (r"re.findall('\d', 'a1b2')", ["1", "2"]),
    (r"re.findall('(\w)(\d)', 'a1b2')", [["a", "1"], ["b", "2"]]),
    (r"re.sub('(\w)\d', r'<\1>', 'a1b2')", "<a><b>"),
    (r"re.sub('a', 'b', 'aaa', count=2)", "bba"),
    (r"re.sub('(?P<x>a)', r'\g<x>!', 'a')", "a!"),
    (r"re.split(',\s*', 'a, b,c')", ["a", "b", "c"]),
    (r"re.search('(?P<year>\d{4})', 'in 2026').groupdict()", {"year": "2026"}),
    (r"re.search('(?i)ANN', name)[0]", "Ann"),
    (r"re.findall('ş', 'aşş')", ["ş", "ş"]),
    (r"re.sub('', '-', 'ab')", "-a-b-"),
]
DATES = [
    ("now()", "2026-01-30T14:30:00+00:00"),
    ("datetime.now().hour", 14),
    ("9 <= datetime.now().hour < 17", True),
    ("datetime.now().weekday() >= 5", False),
    ("now('Europe/Bucharest').hour", 16),
    ("now().astimezone('Asia/Tokyo').isoformat()", "2026-01-30T23:30:00+09:00"),
    ("date.today()", "2026-01-30"),
    ("datetime.now() - timedelta(minutes=5)", "2026-01-30T14:25:00+00:00"),
    ("circuit.status == 'open' AND circuit.since < datetime.now() - timedelta(minutes=5)", True),
    ("circuit.since < datetime.now() - timedelta(minutes=11)", False),
    ("now() > '2026-01-30 14:00:00'", True),
    ("now() == '2026-01-30T16:30:00+02:00'", True),
    ("now() == 'soon'", False),
    ("date.today() == '2026-01-30'", True),
    ("(now() - '2026-01-30T14:20:00Z').total_seconds()", 600.0),
    ("datetime.fromisoformat('2026-01-01T00:00:00Z').year", 2026),
    ("date.fromisoformat('2026-03-01') - date.fromisoformat('2026-02-01')", 2419200.0),
    ("timedelta(hours=1) > timedelta(minutes=59)", True),
    ("timedelta(hours=1) * 2 / timedelta(minutes=30)", 4.0),
    ("timedelta(minutes=90)", 5400.0),
    ("sum([timedelta(minutes=1), timedelta(minutes=2)])", 180.0),
    ("max(['2026-01-02', '2026-01-10'])", "2026-01-10"),
    ("now().replace(hour=0, minute=0).isoformat()", "2026-01-30T00:00:00+00:00"),
    ("now().date() == date.today()", True),
    ("now().strftime('%Y/%m')", "2026/01"),
    ("{'at': now()}", {"at": "2026-01-30T14:30:00+00:00"}),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *LITERALS,
        *WORDS,
        *ACCESS,
        *ARITHMETIC,
        *LOGIC,
        *COMPREHENSIONS,
        *FSTRINGS,
        *FUNCTIONS,
        *METHODS,
        *REGEX,
        *DATES,
    ],
)
def test_value(text, expected):
    result = evaluate(text, {**SCOPE, "order_valid": {"ok": True}})

    assert result == expected
    assert type(result) is type(expected)


def test_etl_of_three_rows():
    rows = [{"name": "ann lee", "email": "A@X.ORG"}, {"name": "BOB", "email": "b@x.org"}, {"name": "", "email": None}]

    loaded = evaluate("[{'name': r.name.title(), 'email': default(r.email, '').lower()} for r in rows]", rows=rows)

    assert loaded == [
        {"name": "Ann Lee", "email": "a@x.org"},
        {"name": "Bob", "email": "b@x.org"},
        {"name": "", "email": ""},
    ]


def test_random_values_are_repeated_by_a_replay_and_differ_within_one():
    first = evaluate("[uuid4(), uuid4(), random(), randint(1, 6), choice([1, 2, 3])]")
    again = evaluate("[uuid4(), uuid4(), random(), randint(1, 6), choice([1, 2, 3])]")

    assert first == again
    assert first[0] != first[1]
    assert 0 <= first[2] < 1
    assert 1 <= first[3] <= 6


def test_every_keyword_of_python_can_be_a_field():
    import keyword

    for word in keyword.kwlist:
        assert evaluate(f"row.{word} + 1", row={word: 1}) == 2


def test_variables_may_have_the_names_of_functions():
    scope = {"date": "2026", "list": [1], "len": 3, "json": {"a": 1}}

    assert evaluate("[date.strip(), list, len, len(list), json.a]", scope) == ["2026", [1], 3, 1, 1]
