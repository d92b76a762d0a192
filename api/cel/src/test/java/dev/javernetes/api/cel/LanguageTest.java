package dev.javernetes.api.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Operators, macros and conversions of the language itself. */
class LanguageTest {

  @Test
  void operators() {
    Shown.check(
        """
        1 + 2 * 3 ⇒ 7
        7 / 2 ⇒ 3
        -7 % 3 ⇒ -1
        1u + 2u ⇒ 3u
        1u - 2u ⇒ ! unsigned integer overflow
        1.5 + 1.0 ⇒ 2.5
        9223372036854775807 + 1 ⇒ ! integer overflow
        1 / 0 ⇒ ! division by zero
        1 % 0 ⇒ ! modulus by zero
        'a' + 'b' ⇒ 'ab'
        [1] + [2, 3] ⇒ [1, 2, 3]
        1 == 1.0 ⇒ !! found no matching overload for '_==_' applied to '(int, double)'
        dyn(1) == 1.0 ⇒ true
        dyn(1) == 1u ⇒ true
        x.n == 3.0 ⇒ true
        dyn(1) == 'a' ⇒ false
        1 < 2.5 ⇒ true
        'b' > 'a' ⇒ true
        'a' in ['a', 'b'] ⇒ true
        'n' in x ⇒ true
        x.l[1] ⇒ 'b'
        x.l[9] ⇒ ! index out of bounds: 9
        x.l[-1] ⇒ ! index out of bounds: -1
        x.none ⇒ ! no such key: none
        x['none'] ⇒ ! no such key: none
        x.s.t ⇒ ! no such key: t
        x.s + 1 ⇒ ! no such overload
        x.s < 1 ⇒ ! no such overload
        has(x.n) ⇒ true
        has(x.none) ⇒ false
        has(x.none.deeper) ⇒ ! no such key: none
        x.nothing == null ⇒ true
        size(x.l) + x.l.size() + size('añ') ⇒ 6
        {'a': 1, 'b': 2}['b'] ⇒ 2
        {1: 'a'}[dyn(1u)] ⇒ 'a'
        type(1) == int && type('') == string && type([]) == list ⇒ true
        type(x.n) ⇒ TypeValue[name=int]
        """,
        "{\"n\": 3, \"s\": \"text\", \"l\": [\"a\", \"b\"], \"nothing\": null}");
  }

  @Test
  void aFailureIsVoidWhereTheOtherSideDecides() {
    Shown.check(
        """
        1 / 0 > 1 || true ⇒ true
        true || 1 / 0 > 1 ⇒ true
        1 / 0 > 1 && false ⇒ false
        1 / 0 > 1 && true ⇒ ! division by zero
        x.s || true ⇒ true
        x.s || false ⇒ ! no such overload
        [0, 1].exists(e, 1 / e == 1) ⇒ true
        [0, 2].exists(e, 1 / e == 1) ⇒ ! division by zero
        [0, 2].all(e, 1 / e == 1) ⇒ false
        false ? 1 / 0 : 2 ⇒ 2
        """,
        "{\"s\": \"text\"}");
  }

  @Test
  void macros() {
    Shown.check(
        """
        [1, 2, 3].all(e, e > 0) ⇒ true
        [1, 2, 3].exists_one(e, e > 2) ⇒ true
        [1, 2, 3].map(e, e * 2) ⇒ [2, 4, 6]
        [1, 2, 3].map(e, e > 1, e * 2) ⇒ [4, 6]
        [1, 2, 3].filter(e, e > 1) + [9] ⇒ [2, 3, 9]
        [[1, 2], [3]].map(l, l.map(e, e + 1)) ⇒ [[2, 3], [4]]
        {'a': 1, 'b': 2}.all(k, k != 'c') ⇒ true
        {'a': 1, 'b': 2}.map(k, k) ⇒ ['a', 'b']
        [1, 2].all(i, v, i + 1 == v) ⇒ true
        {'a': 1}.exists(k, v, k == 'a' && v == 1) ⇒ true
        [1, 2].existsOne(i, v, i == v - 1) ⇒ false
        [5, 6].transformList(i, v, i * 10 + v) ⇒ [5, 16]
        [5, 6].transformList(i, v, i > 0, v) ⇒ [6]
        {'a': 1, 'b': 2}.transformMap(k, v, v * 2) ⇒ {'a': 2, 'b': 4}
        {'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 2) ⇒ {'b': 4}
        ['a', 'b'].transformMapEntry(i, v, {v: i}) ⇒ {'a': 0, 'b': 1}
        ['a', 'a'].transformMapEntry(i, v, {v: i}) ⇒ ! insert failed: key a already exists
        """);
  }

  @Test
  void conversions() {
    Shown.check(
        """
        int('12') + int(3.9) + int(true ? 4u : 5u) ⇒ 19
        int('1.5') ⇒ !! type conversion error from 'string' to 'int'
        int('99999999999999999999') ⇒ !! type conversion error from 'string' to 'int'
        int(1e30) ⇒ !! integer overflow
        uint('7') ⇒ 7u
        uint(-1) ⇒ !! unsigned integer overflow
        double('1.5e3') ⇒ 1500.0
        double('x') ⇒ !! type conversion error from 'string' to 'double'
        bool('true') ⇒ true
        bool('yes') ⇒ !! type conversion error from 'string' to 'bool'
        string(12) + string(1.5) + string(true) ⇒ '121.5true'
        string(1000000.0) ⇒ '1e+06'
        string(100000.0) ⇒ '100000'
        string(0.00001) ⇒ '1e-05'
        string(b'ab') ⇒ 'ab'
        bytes('ab') ⇒ b'ab'
        string(duration('1h30m')) ⇒ '5400s'
        string(duration('1.5s')) ⇒ '1.5s'
        string(timestamp('2024-01-02T03:04:05.600Z')) ⇒ '2024-01-02T03:04:05.6Z'
        duration('1h') + duration('1m') == duration('61m') ⇒ true
        timestamp('2024-01-02T03:04:05Z') + duration('1h') > timestamp('2024-01-02T03:04:05Z') ⇒ true
        timestamp('2024-03-01T00:00:00Z').getMonth() ⇒ 2
        timestamp('2024-03-01T00:00:00Z').getDate() ⇒ 1
        timestamp('2024-03-01T23:00:00Z').getHours('+02:00') ⇒ 1
        timestamp('2024-03-03T00:00:00Z').getDayOfWeek() ⇒ 0
        duration('90m').getHours() ⇒ 1
        duration(x.bad) ⇒ ! type conversion error from 'string' to 'google.protobuf.Duration'
        """,
        "{\"bad\": \"soon\"}");
  }

  @Test
  void optionals() {
    Shown.check(
        """
        x.?a.orValue(5) ⇒ 1
        x.?none.orValue(5) ⇒ 5
        x.?none.?deeper.hasValue() ⇒ false
        x.?o.k ⇒ some('v')
        x[?'a'] ⇒ some(1)
        [1, 2][?5].hasValue() ⇒ false
        optional.of(3).value() ⇒ 3
        optional.none().hasValue() ⇒ false
        optional.of(1).or(optional.of(2)) ⇒ some(1)
        optional.ofNonZeroValue('').hasValue() ⇒ false
        optional.of(3).optMap(v, v + 1) ⇒ some(4)
        optional.of(3).optFlatMap(v, optional.of(v)) ⇒ some(3)
        x.?none.value() ⇒ ! optional.none() dereference
        [?x.?none, ?x.?a] ⇒ [1]
        {?'p': x.?none, ?'q': x.?a} ⇒ {'q': 1}
        """,
        "{\"a\": 1, \"o\": {\"k\": \"v\"}}");
  }

  @Test
  void theCompilerSaysWhereItIsWrong() {
    assertThatThrownBy(() -> Shown.evaluate("y.foo == 1", "{}"))
        .hasMessage(
            "ERROR: <input>:1:1: undeclared reference to 'y' (in container '')\n"
                + " | y.foo == 1\n"
                + " | ^");
    assertThatThrownBy(() -> Shown.evaluate("1 + 'a'", "{}"))
        .hasMessage(
            "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n"
                + " | 1 + 'a'\n"
                + " | ..^");
    Shown.check(
        """
        1 + ⇒ !! Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}
        duration('x') ⇒ !! invalid duration argument
        timestamp('x') ⇒ !! invalid timestamp argument
        'a'.matches('[') ⇒ !! invalid matches argument
        [1, 'a'] ⇒ !! expected type 'int' but found 'string'
        {'a': 1, 'b': 'c'} ⇒ !! expected type 'int' but found 'string'
        '%s %s'.format([1]) ⇒ !! index 1 out of range
        '%s'.format([1, 2]) ⇒ !! too many arguments supplied to string.format (expected 1, got 2)
        '%d'.format(['a']) ⇒ !! error during formatting: decimal clause can only be used on integers, was given string
        """);
  }

  @Test
  void costsAreCounted() throws CompileException {
    assertThat(Shown.evaluate("x.a == 'abcdefghij'", "{\"a\": \"abcdefghijk\"}").cost())
        .isEqualTo(3);
    assertThat(Shown.evaluate("x.l.all(e, e > 0)", "{\"l\": [1, 2]}").cost()).isPositive();
    assertThat(Shown.evaluate("has(x.a)", "{}").cost()).isEqualTo(1);
    assertThat(Shown.evaluate("true || x.a", "{}").cost()).isZero();
    assertThat(
            Shown.evaluate(
                    "x.l.all(a, x.l.all(b, x.l.all(c, x.l.all(d, a + b + c + d >= 0))))",
                    "{\"l\": " + java.util.stream.IntStream.range(0, 99).boxed().toList() + "}")
                .failure())
        .isEqualTo("operation cancelled: actual cost limit exceeded");
  }
}
