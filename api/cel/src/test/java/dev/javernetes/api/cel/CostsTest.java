package dev.javernetes.api.cel;

import org.junit.jupiter.api.Test;

/** Each line: an expression, what it costs, and what it may cost at most. */
class CostsTest {
  private static final String SHORT =
      """
      {"s":"abc","l":[1,2,3],"m":{"a":1,"b":"t"},"n":5,"f":1.5,"t":true,"nul":null,"ls":["b","a"],"ns":{"o":{"p":"q"}},"ts":"2024-01-01T00:00:00Z"}
      """;
  private static final String LONG =
      """
      {"s":"abcdefghijklmnopqrstuvwxyz","l":[1,2,3],"m":{"a":1,"b":"t"},"n":5,"f":1.5,"t":true,"nul":null,"ls":["b","a"],"ll":[[1],[2]],"ts":"2024-01-01T00:00:00Z"}
      """;

  @Test
  void costs() {
    Shown.checkCosts(
        """
        x.s.matches(x.n) ⇒ 5 ∞
        x.l.all(i, i > 0) ⇒ 18 ∞
        x.l.exists(i, i > 2) ⇒ 21 ∞
        x.l.exists_one(i, i > 2) ⇒ 12 ∞
        x.l.map(i, i * 2) ⇒ 45 ∞
        x.l.map(i, i > 1, i * 2) ⇒ 37 ∞
        x.l.filter(i, i > 1) ⇒ 35 ∞
        x.m.all(k, k != 'z') ⇒ 13 ∞
        x.m.map(k, k).sum() ⇒ 29 ∞
        x.l.sum() ⇒ 5 ∞
        x.l.min() ⇒ 5 ∞
        x.l.max() ⇒ 5 ∞
        x.l.indexOf(2) ⇒ 5 ∞
        x.l.lastIndexOf(9) ⇒ 5 ∞
        x.l.isSorted() ⇒ 5 ∞
        x.l.all(i, i) ⇒ 15 ∞
        x.l.exists(i, i) ⇒ 18 ∞
        x.l.exists(i, i.a == 1) ⇒ 24 ∞
        x.l.all(i, i.a == 1 || i == 1) ⇒ 27 ∞
        x.t && x.n ⇒ 4 2
        x.n && x.t ⇒ 4 2
        x.n || x.t ⇒ 4 2
        x.s + x.l ⇒ 5 ∞
        x.l + x.l ⇒ 5 ∞
        x.m + x.m ⇒ 5 ∞
        x.s in x.l ⇒ 5 ∞
        x.?m.?a.orValue(3) ⇒ 3 4
        x.?zz.?a.hasValue() ⇒ 2 4
        optional.of(x.n).optMap(v, v + 1) ⇒ 11 19
        optional.none().optMap(v, v) ⇒ 3 16
        optional.of(1).or(optional.of(2)).value() ⇒ 2 4
        [?x.?n, ?x.?zz] ⇒ 13 14
        {?'a': x.?n, ?'b': x.?zz} ⇒ 33 34
        x.ns.o.p ⇒ 4 1
        x.ns.o.q ⇒ 4 1
        x.ns.o.p.q ⇒ 5 1
        timestamp(x.ts).getFullYear() ⇒ 4 3
        timestamp(x.ts).getHours('America/New_York') ⇒ 4 3
        timestamp(x.ts).getHours('bad/zone') ⇒ 4 3
        timestamp(x.ts) + duration('1h') ⇒ 4 4
        timestamp(x.ts) - timestamp('2023-01-01T00:00:00Z') ⇒ 4 4
        timestamp(x.ts) < timestamp('2025-01-01T00:00:00Z') ⇒ 4 4
        string(timestamp(x.ts)) ⇒ 4 3
        int(timestamp(x.ts)) ⇒ 4 3
        x.ts.startsWith('2024') ⇒ 4 2
        '%s is %d'.format([x.s, x.n]) ⇒ 15 13
        '%e'.format([x.f]) ⇒ 13 12
        '%e'.format([1234567.891]) ⇒ 1 11
        '%.2e'.format([0.00012345]) ⇒ 1 11
        '%f'.format([x.f]) ⇒ 13 12
        '%.3f'.format([x.n]) ⇒ 13 12
        '%x'.format([x.s]) ⇒ 13 12
        '%X'.format([255]) ⇒ 1 11
        '%o'.format([8]) ⇒ 1 11
        '%b'.format([5]) ⇒ 1 11
        '%b'.format([true]) ⇒ 1 11
        '%s'.format([x.l]) ⇒ 13 12
        '%s'.format([x.m]) ⇒ 13 12
        '%s'.format([[1.5, true, null, 'x']]) ⇒ 1 21
        '%s'.format([timestamp(x.ts)]) ⇒ 14 13
        '%s'.format([duration('1m')]) ⇒ 1 12
        '%d'.format([x.s]) ⇒ 13 12
        '%%'.format([]) ⇒ 1 11
        x.s.reverse() ⇒ 14 ∞
        x.s.find('[a-b]') ⇒ 4 ∞
        x.s.findAll('[a-z]') ⇒ 4 ∞
        x.s.findAll('[a-z]', 1) ⇒ 4 ∞
        x.s.findAll('[a-z]', -1) ⇒ 4 ∞
        semver('1.2.3-alpha+b').isLessThan(semver('1.2.3')) ⇒ 4 4
        cidr('10.0.0.0/8').containsIP('10.1.2.3') ⇒ 3 6
        cidr('10.0.0.0/8').containsIP(ip('11.1.2.3')) ⇒ 3 6
        cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') ⇒ 6 10
        url('https://a.b:80/p?q=1&q=2').getQuery() ⇒ 4 4
        url('https://a.b') == url('https://a.b') ⇒ 5 6
        format.dns1123Label().validate(x.s) ⇒ 11 ∞
        format.dns1123Label().validate('A_b') ⇒ 9 33
        format.uuid().validate('x') ⇒ 19 33
        format.date().validate('2024-13-01') ⇒ 37 33
        format.datetime().validate('x') ⇒ 19 33
        format.byte().validate('!') ⇒ 22 33
        format.uri().validate('x') ⇒ 277 33
        format.labelValue().validate('a b') ⇒ 11 33
        format.qualifiedName().validate('a/b/c') ⇒ 16 33
        sets.contains(x.l, [1, 2]) ⇒ 9 ∞
        sets.equivalent(x.l, [3, 2, 1]) ⇒ 21 ∞
        sets.intersects(x.l, [9]) ⇒ 6 ∞
        x.l.all(i, v, v > 0) ⇒ 18 ∞
        x.m.all(k, v, k != '') ⇒ 11 ∞
        x.l.exists(i, v, v == 3) ⇒ 21 ∞
        x.l.existsOne(i, v, v == 3) ⇒ 12 ∞
        x.m.transformMap(k, v, v) ⇒ 11 ∞
        x.l.transformList(i, v, v * 2) ⇒ 45 ∞
        x.l.transformList(i, v, v > 1, v * 2) ⇒ 37 ∞
        x.m.transformMap(k, v, k == 'a', v) ⇒ 11 ∞
        x.l.transformMapEntry(i, v, {string(v): i}) ⇒ 108 ∞
        x.ls.transformMapEntry(i, v, {v: i}) ⇒ 71 ∞
        x.l.transformMapEntry(i, v, {'k': i}) ⇒ 102 ∞
        dyn(x.s) == 1 ⇒ 4 3
        type(timestamp(x.ts)) ⇒ 4 3
        type(x.n) == int ⇒ 4 ∞
        {1: 'a', 1: 'b'} ⇒ 0 30
        {'a': 1}['b'] ⇒ 2 31
        [1, 2].all(i, i < 3) && x.l.exists(j, j == 2) ⇒ 29 ∞
        [[1, 2], [3]].all(l, l.all(i, i > 0)) ⇒ 26 61
        dyn([1,2])[0] ⇒ 2 12
        [1, 2, 3].sortBy(i, -i) ⇒ 74 104
        x.l.reverse() ⇒ 16 ∞
        x.l.distinct() ⇒ 31 ∞
        x.l.flatten() ⇒ 16 ∞
        lists.range(3) ⇒ 14 14
        x.l.slice(0, 2) ⇒ 15 14
        x.l.slice(0, 9) ⇒ 14 21
        x.l.map(i, x.l.map(i, i)) ⇒ 165 ∞
        x.l.map(x, x) ⇒ 42 ∞
        """,
        SHORT);
  }

  @Test
  void costsOfLongerText() {
    Shown.checkCosts(
        """
        '%.0e'.format([x.f]) ⇒ 13 12
        '%.10e'.format([1.23456789012]) ⇒ 1 11
        '%e'.format([0.0]) ⇒ 1 11
        '%e'.format([1e100]) ⇒ 1 11
        '%e'.format([-1.5]) ⇒ 1 11
        x.s + x.s ⇒ 5 ∞
        x.s < x.s ⇒ 5 ∞
        x.s == x.s ⇒ 7 ∞
        x.s <= 'abcdefghijklmnopqrstuvwxyzabc' ⇒ 5 4
        x.ls.sort() == x.ls.sort() ⇒ 7 ∞
        x.ls.distinct() ⇒ 21 ∞
        x.ll.flatten() ⇒ 15 ∞
        x.ll.flatten(2) ⇒ 17 ∞
        type(x.l) == list ⇒ 4 ∞
        x.m < x.m ⇒ 5 ∞
        x.t < x.n ⇒ 5 ∞
        x.n + x.s ⇒ 5 ∞
        x.n + x.f ⇒ 5 ∞
        x.n < x.s ⇒ 5 ∞
        x.n in x.n ⇒ 5 ∞
        x.n in x.nul ⇒ 5 ∞
        x.m.all(i, i) ⇒ 11 ∞
        x.m.exists_one(i, i == 'a') ⇒ 10 ∞
        x.s.startsWith(x.n) ⇒ 7 ∞
        x.s.contains(x.n) ⇒ 7 ∞
        x.ll.isSorted() ⇒ 4 ∞
        x.s.sum() ⇒ 4 ∞
        x.s.containsIP('a') ⇒ 9 6
        cidr('10.0.0.0/8').containsIP(x.n) ⇒ 4 ∞
        x.s.replace('a', x.n) ⇒ 10 ∞
        x.s.charAt(x.s) ⇒ 5 3
        x.s.split(x.n) ⇒ 10 ∞
        x.s.find(x.n) ⇒ 7 ∞
        sets.contains(x.n, [1]) ⇒ 4 ∞
        sets.contains(x.ls, x.l) ⇒ 11 ∞
        format.dns1123Label().validate(x.n) ⇒ 11 ∞
        optional.of(x.n).orValue(2) + 1 ⇒ 4 4
        optional.of(x.l)[0] ⇒ 5 3
        optional.of(x.l)[?9].hasValue() ⇒ 5 4
        optional.of(x.m).a ⇒ 5 2
        [1, 2][?0] ⇒ 2 11
        [1, 2][?5].orValue(7) ⇒ 1 12
        {'a': 1}.?a ⇒ 2 31
        {'a': 1}[?'a'].value() ⇒ 3 32
        [].all(i, i) ⇒ 1 11
        {}.all(i, i) ⇒ 1 31
        {'a': 1, 'a': 2} ⇒ 0 30
        {x.s: 1} ⇒ 32 31
        {x.l: 1} ⇒ 32 31
        {1.5: 1} ⇒ 0 30
        {null: 1} ⇒ 0 30
        [1, 2, 3].all(i, i > 0) ? 'a' : 'b' ⇒ 16 26
        [1][x.n] ⇒ 3 12
        [1][-1] ⇒ 2 11
        {'a': 1}[x.n] ⇒ 3 32
        x.m[x.n] ⇒ 4 3
        """,
        LONG);
  }

  /** What a variable's value leads to costs no step of its own. */
  @Test
  void costsOfKeys() {
    Shown.checkCosts(
        """
        x.m[x.k] ⇒ 4 3
        x.l[x.n] == 2 ⇒ 5 4
        x.m.all(k, x.m[k] != '') ⇒ 15 ∞
        x.m[x.m[x.k]] ⇒ 6 5
        x.mm[x.k].a ⇒ 5 3
        [1, 2][x.n] ⇒ 3 12
        x.l[1 + 1] ⇒ 4 3
        x.l[x.n + 1] ⇒ 6 4
        x.m[true ? x.k : x.s] ⇒ 4 3
        x.m[?x.k] ⇒ 4 3
        has(x.mm[x.k].zz) ⇒ 4 3
        """,
        """
        {"s":"a","l":[1,2,3],"m":{"a":"b","b":"c"},"n":1,"k":"a","mm":{"a":{"a":1}}}
        """);
  }
}
