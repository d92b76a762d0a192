package dev.javernetes.api.cel;

import org.junit.jupiter.api.Test;

/** What fails, and how that is said. */
class FailuresTest {
  private static final String X =
      """
      {"s":"abcdefghijklmnopqrstuvwxyz","l":[1,2,3],"m":{"a":1,"b":"t"},"n":5,"f":1.5,"t":true,"nul":null,"ls":["b","a"],"ns":{"o":{"p":"q"}},"ll":[[1],[2]],"ts":"2024-01-01T00:00:00Z"}
      """;

  @Test
  void evaluation() {
    Shown.check(
        """
        int(x.t) ⇒ ! no such overload: int(bool)
        int(x.l) ⇒ ! no such overload: int(list)
        double(x.t) ⇒ ! no such overload: double(bool)
        bool(x.n) ⇒ ! no such overload: bool(int)
        uint(x.t) ⇒ ! no such overload: uint(bool)
        bytes(x.n) ⇒ ! no such overload: bytes(int)
        duration(x.f) ⇒ ! no such overload: duration(double)
        duration(x.n) ⇒ ! type conversion error from 'int' to 'google.protobuf.Duration'
        timestamp(x.f) ⇒ ! no such overload: timestamp(double)
        -x.t ⇒ ! no such overload
        -x.l ⇒ ! no such overload: -_
        !x.s ⇒ ! no such overload
        x.m < x.m ⇒ ! no such overload: _<_
        x.t < x.n ⇒ ! no such overload
        x.l - 1 ⇒ ! no such overload: _-_
        x.m - 1 ⇒ ! no such overload: _-_
        x.s * 2 ⇒ ! no such overload
        x.l / 1 ⇒ ! no such overload: _/_
        x.t % 2 ⇒ ! no such overload: _%_
        x.nul + 1 ⇒ ! no such overload: _+_
        x.nul < 1 ⇒ ! no such overload: _<_
        1 + x.nul ⇒ ! no such overload
        x.n + x.s ⇒ ! no such overload
        x.n + x.f ⇒ ! no such overload
        x.n < x.s ⇒ ! no such overload
        x.n in x.n ⇒ ! no such overload
        x.n in x.nul ⇒ ! no such overload
        x.n.all(i, true) ⇒ ! got 'types.Int', expected iterable type
        x.nul.all(i, true) ⇒ ! got 'types.Null', expected iterable type
        x.t.all(i, true) ⇒ ! got 'types.Bool', expected iterable type
        x.f.all(i, true) ⇒ ! got 'types.Double', expected iterable type
        x.m.all(i, i) ⇒ ! no such overload
        x.n.map(i, i) ⇒ ! got 'types.Int', expected iterable type
        x.n.exists(i, true) ⇒ ! got 'types.Int', expected iterable type
        x.n.filter(i, true) ⇒ ! got 'types.Int', expected iterable type
        x.n.exists_one(i, true) ⇒ ! got 'types.Int', expected iterable type
        x.n.all(i, j, true) ⇒ ! unsupported comprehension range type: types.Int
        size(x.t) ⇒ ! no such overload: size
        size(x.nul) ⇒ ! no such overload: size
        x.t.size() ⇒ ! no such overload: size
        x.t.startsWith('a') ⇒ ! no such overload
        x.s.startsWith(x.n) ⇒ ! no such overload
        x.t.matches('a') ⇒ ! no such overload
        x.t.contains('a') ⇒ ! no such overload
        x.s.contains(x.n) ⇒ ! no such overload
        x.t.getFullYear() ⇒ ! no such overload: getFullYear(bool)
        x.s.getFullYear() ⇒ ! no such overload: getFullYear(string)
        x.n.isSorted() ⇒ ! no such overload: isSorted(int)
        x.ll.isSorted() ⇒ ! no such overload: isSorted(list)
        x.m.isSorted() ⇒ ! no such overload: isSorted(map)
        x.ls.sum() ⇒ ! no such overload: sum(list)
        x.n.sum() ⇒ ! no such overload: sum(int)
        x.s.sum() ⇒ ! no such overload: sum(string)
        quantity(x.n) ⇒ ! no such overload: quantity(int)
        ip(x.n) ⇒ ! no such overload: ip(int)
        cidr(x.n) ⇒ ! no such overload: cidr(int)
        url(x.n) ⇒ ! no such overload: url(int)
        semver(x.n) ⇒ ! no such overload: semver(int)
        x.n.asInteger() ⇒ ! no such overload: asInteger(int)
        isIP(x.n) ⇒ ! no such overload: isIP(int)
        x.s.containsIP('a') ⇒ ! no such overload: containsIP(string, string)
        cidr('10.0.0.0/8').containsIP(x.n) ⇒ ! no such overload: containsIP(net.CIDR, int)
        x.n.join() ⇒ ! no such overload: join(int)
        x.n.format([1]) ⇒ ! no such overload: format(int, list)
        '%d'.format(x.n) ⇒ ! no such overload: format(string, int)
        x.n.replace('a', 'b') ⇒ ! no such overload: replace(int, string, string)
        x.s.replace('a', x.n) ⇒ ! no such overload: replace(string, string, int)
        x.s.charAt(x.s) ⇒ ! no such overload: charAt(string, string)
        x.s.split(x.n) ⇒ ! no such overload: split(string, int)
        x.s.find(x.n) ⇒ ! no such overload: find(string, int)
        sets.contains(x.n, [1]) ⇒ ! no such overload: sets.contains(int, list)
        format.dns1123Label().validate(x.n) ⇒ ! no such overload: validate(kubernetes.NamedFormat, int)
        x.s ? 1 : 2 ⇒ ! no such overload
        [1][x.n] ⇒ ! index out of bounds: 5
        [1][-1] ⇒ ! index out of bounds: -1
        {'a': 1}[x.n] ⇒ ! no such key: 5
        x.m[x.n] ⇒ ! no such key: 5
        x.m[1.5] ⇒ ! no such key: 1.5
        x.m[true] ⇒ ! no such key: true
        x.l['a'] ⇒ ! unsupported index type 'string' in list
        x.l[1.5] ⇒ ! unsupported index value 1.5 in list
        x.l[true] ⇒ ! unsupported index type 'bool' in list
        x.m[1] ⇒ ! no such key: 1
        x.n[0] ⇒ ! no such key: 0
        x.n.a ⇒ ! no such key: a
        x.nul.a ⇒ ! no such key: a
        x.n.lowerAscii() ⇒ ! no such overload: lowerAscii(int)
        size(x.n) ⇒ ! no such overload: size
        x.s.matches(x.n) ⇒ ! no such overload
        x.m.map(k, k).sum() ⇒ ! no such overload: sum(list)
        x.s.all(i, true) ⇒ ! got 'types.String', expected iterable type
        x.l.all(i, i) ⇒ ! no such overload
        x.l.exists(i, i) ⇒ ! no such overload
        x.l.exists(i, i.a == 1) ⇒ ! no such key: a
        x.l.all(i, i.a == 1 || i == 1) ⇒ ! no such key: a
        x.t && x.n ⇒ ! no such overload
        x.n && x.t ⇒ ! no such overload
        x.n ? 1 : 2 ⇒ ! no such overload
        !x.n ⇒ ! no such overload
        -x.s ⇒ ! no such overload
        x.s + x.l ⇒ ! no such overload
        x.m + x.m ⇒ ! no such overload: _+_
        'a' in x.s ⇒ ! no such overload
        x.n / 0 ⇒ ! division by zero
        x.n % 0 ⇒ ! modulus by zero
        x.f % 2 ⇒ ! no such overload: _%_
        has(x.m.z.y) ⇒ ! no such key: z
        has(x.l.a) ⇒ ! unsupported index type 'string' in list
        optional.none().value() ⇒ ! optional.none() dereference
        x.ns.o.q ⇒ ! no such key: q
        x.ns.o.p.q ⇒ ! no such key: q
        timestamp(x.ts).getHours('bad/zone') ⇒ ! unknown time zone bad/zone
        '%.3f'.format([x.n]) ⇒ ! error during formatting: fixed-point clause can only be used on doubles, was given int
        '%d'.format([x.s]) ⇒ ! error during formatting: decimal clause can only be used on integers, was given string
        x.s.substring(2, 1) ⇒ ! invalid substring range. start: 2, end: 1
        x.l.join('-') ⇒ ! no such overload: join(list, string)
        x.s.indexOf('c', -1) ⇒ ! index out of range: -1
        x.s.reverse() ⇒ ! no such overload: reverse(string)
        quantity('1.5').asInteger() ⇒ ! cannot convert value to integer
        quantity(x.s) ⇒ ! quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'
        semver('v1.2') ⇒ ! No Major.Minor.Patch elements found
        ip('::ffff:1.2.3.4') ⇒ ! IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed
        ip('fe80::1%eth0') ⇒ ! IP address "fe80::1%eth0" with zone value is not allowed
        url('a') ⇒ ! URL parse error during conversion from string: parse "a": invalid URI for request
        x.l.transformMapEntry(i, v, {'k': i}) ⇒ ! insert failed: key k already exists
        {'a': 1}['b'] ⇒ ! no such key: b
        9223372036854775807 + 1 ⇒ ! integer overflow
        -9223372036854775808 - 1 ⇒ ! integer overflow
        9223372036854775807 * 2 ⇒ ! integer overflow
        -(-9223372036854775807 - 1) ⇒ ! integer overflow
        1u - 2u ⇒ ! unsigned integer overflow
        18446744073709551615u + 1u ⇒ ! unsigned integer overflow
        string(x.nul) ⇒ ! no such overload: string(null_type)
        string(x.l) ⇒ ! no such overload: string(list)
        x.ls.sort ⇒ ! unsupported index type 'string' in list
        x.l.slice(0, 9) ⇒ ! cannot slice(0, 9), list is length 3
        x.for ⇒ ! no such key: for
        """,
        X);
  }

  @Test
  void compilation() {
    Shown.check(
        """
        x.t ? 1 : 'a' ⇒ !! found no matching overload for '_?_:_' applied to '(dyn, int, string)'
        '%q'.format([x.s]) ⇒ !! could not parse formatting clause: unrecognized formatting clause "q"
        '%s %s'.format([x.s]) ⇒ !! index 1 out of range
        '%'.format([]) ⇒ !! unexpected end of string
        quantity('-1').sign() ⇒ !! found no matching overload for 'sign' applied to 'kubernetes.Quantity.()'
        cel.bind(y, x.n, y + y) ⇒ !! undeclared reference to 'cel' (in container '')
        {1: 'a'}[1.0] ⇒ !! found no matching overload for '_[_]' applied to '(map(int, string), double)'
        {1: 'a'}[1u] ⇒ !! found no matching overload for '_[_]' applied to '(map(int, string), uint)'
        {1: 2} == {1.0: 2} ⇒ !! found no matching overload for '_==_' applied to '(map(int, int), map(double, int))'
        {'a': [1, {'b': 2}]} == {'a': [1, {'b': 2}]} ⇒ !! expected type 'int' but found 'map(string, int)'
        [1, 2] == [1.0, 2u] ⇒ !! expected type 'double' but found 'uint'
        int('0x10') ⇒ !! type conversion error from 'string' to 'int'
        double('1e400') ⇒ !! type conversion error from 'string' to 'double'
        math.greatest(1, 2) ⇒ !! undeclared reference to 'math' (in container '')
        base64.encode(b'a') ⇒ !! undeclared reference to 'base64' (in container '')
        foo(1) ⇒ !! undeclared reference to 'foo' (in container '')
        x.s.foo() ⇒ !! undeclared reference to 'foo' (in container '')
        y ⇒ !! undeclared reference to 'y' (in container '')
        x. ⇒ !! Syntax error: no viable alternative at input '.'
        (1 ⇒ !! Syntax error: missing ')' at '<EOF>'
        'a ⇒ !! Syntax error: token recognition error at: ''a'
        [1, 2 ⇒ !! Syntax error: mismatched input '<EOF>' expecting {']', ','}
        {a: 1} ⇒ !! undeclared reference to 'a' (in container '')
        foo.bar.baz ⇒ !! undeclared reference to 'foo' (in container '')
        a.b(c) ⇒ !! undeclared reference to 'a' (in container '')
        x.map(a.b, 1) ⇒ !! argument is not an identifier
        x.all(1, true) ⇒ !! argument must be a simple name
        has(x) ⇒ !! invalid argument to has() macro
        has(x['a']) ⇒ !! invalid argument to has() macro
        1 == 'a' ⇒ !! found no matching overload for '_==_' applied to '(int, string)'
        1 + 'a' ⇒ !! found no matching overload for '_+_' applied to '(int, string)'
        'a' + 1 ⇒ !! found no matching overload for '_+_' applied to '(string, int)'
        1 + 1u ⇒ !! found no matching overload for '_+_' applied to '(int, uint)'
        !1 ⇒ !! found no matching overload for '!_' applied to '(int)'
        -'a' ⇒ !! found no matching overload for '-_' applied to '(string)'
        1 ? 2 : 3 ⇒ !! found no matching overload for '_?_:_' applied to '(int, int, int)'
        [1, 'a'] ⇒ !! expected type 'int' but found 'string'
        [1, 'a'] == [1] ⇒ !! expected type 'int' but found 'string'
        {'a': 1, 2: 'b'} ⇒ !! expected type 'string' but found 'int'
        size(1) ⇒ !! found no matching overload for 'size' applied to '(int)'
        'a'.matches(1) ⇒ !! found no matching overload for 'matches' applied to 'string.(int)'
        'a'.matches('[') ⇒ !! invalid matches argument
        'a'.find('[') ⇒ !! error parsing regexp: missing closing ]: `[`
        duration('x') ⇒ !! invalid duration argument
        timestamp('x') ⇒ !! invalid timestamp argument
        1 in 2 ⇒ !! found no matching overload for '@in' applied to '(int, int)'
        if ⇒ !! reserved identifier: if
        x.`a-b` ⇒ !! unsupported syntax: '`'
        __x ⇒ !! undeclared reference to '__x' (in container '')
        '''a ⇒ !! Syntax error: token recognition error at: ''a'
        ''' ⇒ !! Syntax error: token recognition error at: '''
        1. ⇒ !! Syntax error: no viable alternative at input '.'
        99999999999999999999 ⇒ !! invalid int literal
        x.l.map(i, j) ⇒ !! undeclared reference to 'j' (in container '')
        x.l.all(i, i > 0, 1, 2) ⇒ !! undeclared reference to 'all' (in container '')
        x.l.filter(i) ⇒ !! undeclared reference to 'filter' (in container '')
        google.protobuf.Timestamp ⇒ !! undeclared reference to 'google' (in container '')
        Foo{a: 1} ⇒ !! undeclared reference to 'Foo' (in container '')
        google.protobuf.Int64Value{value: 1} ⇒ !! undeclared reference to 'google.protobuf.Int64Value' (in container '')
        x.m{a: 1} ⇒ !! undeclared reference to 'x.m' (in container '')
        1 < 2 < 3 ⇒ !! found no matching overload for '_<_' applied to '(bool, int)'
        true || 1 ⇒ !! expected type 'bool' but found 'int'
        x.t || 1 ⇒ !! expected type 'bool' but found 'int'
        [1, 2.5].sum() ⇒ !! expected type 'int' but found 'double'
        x.s.find('(') ⇒ !! error parsing regexp: missing closing ): `(`
        x.s.findAll('(') ⇒ !! error parsing regexp: missing closing ): `(`
        x.s.matches('(') ⇒ !! invalid matches argument
        base64.encode(x.s) ⇒ !! undeclared reference to 'base64' (in container '')
        1 || true ⇒ !! expected type 'bool' but found 'int'
        true && 1 ⇒ !! expected type 'bool' but found 'int'
        'a' && 1 ⇒ !! expected type 'bool' but found 'string'
        1 || 2 ⇒ !! expected type 'bool' but found 'int'
        x.t && true || 'a' ⇒ !! expected type 'bool' but found 'string'
        true && true && 1 ⇒ !! expected type 'bool' but found 'int'
        !'a' || 1 ⇒ !! found no matching overload for '!_' applied to '(string)'
        99999999999999999999u ⇒ !! invalid uint literal
        0xFFFFFFFFFFFFFFFFF ⇒ !! invalid int literal
        -99999999999999999999 ⇒ !! invalid int literal
        x.l.all(i.j, true) ⇒ !! argument must be a simple name
        x.l.exists(1, true) ⇒ !! argument must be a simple name
        x.l.exists_one(1, true) ⇒ !! argument must be a simple name
        x.l.map(1, 2) ⇒ !! argument is not an identifier
        x.l.map(1, true, 2) ⇒ !! argument is not an identifier
        x.l.filter(1, true) ⇒ !! argument is not an identifier
        x.l.all(1, 2, true) ⇒ !! argument must be a simple name
        x.l.all(i, i, true) ⇒ !! overlapping declaration name 'i' (type 'dyn' cannot be distinguished from 'dyn')
        x.l.existsOne(i, 1, true) ⇒ !! argument must be a simple name
        x.l.transformList(1, v, v) ⇒ !! argument must be a simple name
        x.l.transformMap(1, v, v) ⇒ !! argument must be a simple name
        x.l.transformMapEntry(i, 1, {1: 1}) ⇒ !! argument must be a simple name
        x.l.sortBy(1, 1) ⇒ !! argument is not an identifier
        cel.bind(1, 2, 3) ⇒ !! undeclared reference to 'cel' (in container '')
        x.?m.optMap(1, 2) ⇒ !! optMap() variable name must be a simple identifier
        has(1) ⇒ !! invalid argument to has() macro
        has(x.m.a, 1) ⇒ !! undeclared reference to 'has' (in container '')
        has() ⇒ !! undeclared reference to 'has' (in container '')
        has(x.m) && has(x.m['a']) ⇒ !! invalid argument to has() macro
        a.b.c ⇒ !! undeclared reference to 'a' (in container '')
        x.l.all() ⇒ !! undeclared reference to 'all' (in container '')
        x.l.all(i) ⇒ !! undeclared reference to 'all' (in container '')
        size() ⇒ !! found no matching overload for 'size' applied to '()'
        size(1, 2) ⇒ !! found no matching overload for 'size' applied to '(int, int)'
        ''.all(i, i) ⇒ !! expression of type 'string' cannot be range of a comprehension (must be list, map, or dynamic)
        1.all(i, i) ⇒ !! expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)
        [1]['a'] ⇒ !! found no matching overload for '_[_]' applied to '(list(int), string)'
        """);
  }
}
