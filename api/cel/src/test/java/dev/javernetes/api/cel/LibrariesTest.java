package dev.javernetes.api.cel;

import org.junit.jupiter.api.Test;

/** Every function of the libraries, one line for each thing it does. */
class LibrariesTest {

  @Test
  void lists() {
    Shown.check(
        """
        [1, 2, 2].isSorted() ⇒ true
        ['b', 'a'].isSorted() ⇒ false
        [1, 2, 3].sum() ⇒ 6
        [1.5, 2.0].sum() ⇒ 3.5
        [duration('1m'), duration('2m')].sum() == duration('3m') ⇒ true
        [3, 1, 2].max() ⇒ 3
        ['b', 'a'].min() ⇒ 'a'
        [1, 2].filter(e, e > 5).max() ⇒ ! max called on empty list
        [1, 2, 1].indexOf(1) ⇒ 0
        [1, 2, 1].lastIndexOf(1) ⇒ 2
        [1].indexOf(7) ⇒ -1
        [1, 2, 3, 4].slice(1, 3) ⇒ [2, 3]
        [1].slice(0, 5) ⇒ ! cannot slice(0, 5), list is length 1
        [1].slice(-1, 0) ⇒ ! cannot slice(-1, 0), negative indexes not supported
        [1].slice(1, 0) ⇒ ! cannot slice(1, 0), start index must be less than or equal to end index
        [[1], [2, 3]].flatten() ⇒ [1, 2, 3]
        [[[1]], [[2]]].flatten(2) ⇒ [1, 2]
        [[1]].flatten(-1) ⇒ ! level must be non-negative
        [3, 1, 2].sort() ⇒ [1, 2, 3]
        ['bb', 'a'].sortBy(e, e.size()) ⇒ ['a', 'bb']
        [1, 2, 1, 3].distinct() ⇒ [1, 2, 3]
        [1, 2, 3].reverse() ⇒ [3, 2, 1]
        lists.range(4) ⇒ [0, 1, 2, 3]
        [1, 2].first().value() + [1, 2].last().value() ⇒ 3
        """);
  }

  @Test
  void sets() {
    Shown.check(
        """
        sets.contains([1, 2], [2]) ⇒ true
        sets.contains([1], [1, 2]) ⇒ false
        sets.equivalent([1, 1], [1]) ⇒ true
        sets.intersects([1], [2]) ⇒ false
        sets.intersects([1, 2], [2]) ⇒ true
        """);
  }

  @Test
  void strings() {
    Shown.check(
        """
        'tacocat'.charAt(3) ⇒ 'o'
        'a'.charAt(1) ⇒ ''
        'a'.charAt(2) ⇒ ! index out of range: 2
        'añb'.indexOf('b') ⇒ 2
        'abab'.indexOf('a', 1) ⇒ 2
        'abab'.lastIndexOf('a') ⇒ 2
        'abab'.lastIndexOf('a', 1) ⇒ 0
        'ab'.indexOf('a', -1) ⇒ ! index out of range: -1
        'AbÑ'.lowerAscii() ⇒ 'abÑ'
        'abñ'.upperAscii() ⇒ 'ABñ'
        'aXbX'.replace('X', '-') ⇒ 'a-b-'
        'aXbX'.replace('X', '-', 1) ⇒ 'a-bX'
        'ab'.replace('', '-', 2) ⇒ '-a-b'
        'a,b,c'.split(',') ⇒ ['a', 'b', 'c']
        'a,b,c'.split(',', 2) ⇒ ['a', 'b,c']
        'abc'.split('') ⇒ ['a', 'b', 'c']
        'abc'.split(',', 0) ⇒ []
        'tacocat'.substring(4) ⇒ 'cat'
        'tacocat'.substring(0, 4) ⇒ 'taco'
        'abc'.substring(3, 1) ⇒ ! invalid substring range. start: 3, end: 1
        '  a b\\t'.trim() ⇒ 'a b'
        ['a', 'b'].join() ⇒ 'ab'
        ['a', 'b'].join(', ') ⇒ 'a, b'
        strings.quote('a"b') ⇒ '"a\\"b"'
        'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c') ⇒ true
        'abc123'.matches('^[a-z]+[0-9]+$') ⇒ true
        '%s is %d'.format(['x', 3]) ⇒ 'x is 3'
        '%s %s %s'.format([[1, 'a'], {'k': 1.5}, null]) ⇒ '[1, "a"] {"k":1.500000} null'
        '%s'.format([x.m]) ⇒ '{"k":["v", 1]}'
        '%.2f %x %X %o %b %b'.format([x.f, x.n, x.n, x.n, x.n, x.t]) ⇒ '1,234.50 ff FF 377 11111111 1'
        '%d'.format([x.m]) ⇒ ! error during formatting: decimal clause can only be used on integers, was given map
        '%s'.format(x.none) ⇒ ! index 0 out of range
        '100%%'.format([]) ⇒ '100%'
        """,
        "{\"m\": {\"k\": [\"v\", 1]}, \"f\": 1234.5, \"n\": 255, \"t\": true, \"none\": []}");
  }

  @Test
  void regularExpressions() {
    Shown.check(
        """
        'abc 123 def 45'.find('[0-9]+') ⇒ '123'
        'abc'.find('[0-9]+') ⇒ ''
        '1 22 333'.findAll('[0-9]+') ⇒ ['1', '22', '333']
        '1 22 333'.findAll('[0-9]+', 2) ⇒ ['1', '22']
        'a'.find(x) ⇒ ! Illegal regex: error parsing regexp: missing closing ]: `[`
        """,
        "\"[\"");
  }

  @Test
  void urls() {
    Shown.check(
        """
        isURL('https://user:pass@example.com:80/path?query=val#fragment') ⇒ true
        isURL('/absolute/path') ⇒ true
        isURL('https://a:b:c/') ⇒ false
        isURL('../relative') ⇒ false
        url('https://example.com:80/p').getHost() ⇒ 'example.com:80'
        url('https://[::1]:80/p').getHostname() ⇒ '::1'
        url('https://example.com:80/p').getPort() ⇒ '80'
        url('https://example.com/a b').getEscapedPath() ⇒ '/a%20b'
        url('HTTPS://example.com').getScheme() ⇒ 'https'
        url('/path').getHost() ⇒ ''
        url('https://example.com/?k=a&k=b&empty=').getQuery() ⇒ {'k': ['a', 'b'], 'empty': ['']}
        url('relative') ⇒ ! URL parse error during conversion from string: parse "relative": invalid URI for request
        url('https://a/%zz') ⇒ ! URL parse error during conversion from string: parse "https://a/%zz": invalid URL escape "%zz"
        url('/a') == url('/a') ⇒ true
        """);
  }

  @Test
  void networks() {
    Shown.check(
        """
        isIP('192.0.2.1') && isIP('2001:db8::1') ⇒ true
        isIP('192.0.2.01') ⇒ false
        isIP('::ffff:1.2.3.4') ⇒ false
        isIP('fe80::1%eth0') ⇒ false
        ip('192.0.2.1').family() + ip('::1').family() ⇒ 10
        ip('2001:0db8::0001') == ip('2001:db8::1') ⇒ true
        ip.isCanonical('2001:db8::0001') ⇒ false
        string(ip('2001:db8:0:0:0:0:0:1')) ⇒ '2001:db8::1'
        ip('127.0.0.1').isLoopback() && ip('::1').isLoopback() ⇒ true
        ip('0.0.0.0').isUnspecified() ⇒ true
        ip('224.0.0.1').isLinkLocalMulticast() && ip('ff02::1').isLinkLocalMulticast() ⇒ true
        ip('169.254.1.1').isLinkLocalUnicast() && ip('fe80::1').isLinkLocalUnicast() ⇒ true
        ip('192.0.2.1').isGlobalUnicast() ⇒ true
        ip('255.255.255.255').isGlobalUnicast() ⇒ false
        ip('1.2.3') ⇒ ! IP Address "1.2.3" parse error during conversion from string: ParseAddr("1.2.3"): IPv4 address too short
        ip('::ffff:1.2.3.4') ⇒ ! IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed
        ip('fe80::1%a') ⇒ ! IP address "fe80::1%a" with zone value is not allowed
        isCIDR('192.0.2.0/24') ⇒ true
        isCIDR('192.0.2.0/33') ⇒ false
        cidr('192.0.2.0/24').containsIP('192.0.2.7') ⇒ true
        cidr('192.0.2.0/24').containsIP(ip('192.0.3.7')) ⇒ false
        cidr('192.0.0.0/16').containsCIDR('192.0.2.0/24') ⇒ true
        cidr('192.0.2.0/24').containsCIDR(cidr('192.0.0.0/16')) ⇒ false
        cidr('192.0.2.5/24').masked() == cidr('192.0.2.0/24') ⇒ true
        cidr('192.0.2.5/24').ip() == ip('192.0.2.5') ⇒ true
        cidr('::/64').prefixLength() ⇒ 64
        string(cidr('192.0.2.0/24')) ⇒ '192.0.2.0/24'
        cidr('192.0.2.0') ⇒ ! network address parse error during conversion from string: network address parse error during conversion from string: netip.ParsePrefix("192.0.2.0"): no '/'
        """);
  }

  @Test
  void quantities() {
    Shown.check(
        """
        isQuantity('1Gi') && !isQuantity('1 Gi') ⇒ true
        quantity('1k').isGreaterThan(quantity('999')) ⇒ true
        quantity('1').isLessThan(quantity('1m')) ⇒ false
        quantity('1000m').compareTo(quantity('1')) ⇒ 0
        quantity('1000m') == quantity('1') ⇒ true
        quantity('1.5').isInteger() ⇒ false
        quantity('2Ki').asInteger() ⇒ 2048
        quantity('1.5').asInteger() ⇒ ! cannot convert value to integer
        quantity('1500m').asApproximateFloat() ⇒ 1.5
        quantity('1').add(quantity('2')).sub(1).add(3).asInteger() ⇒ 5
        quantity('1').sub(quantity('2')) == quantity('-1') ⇒ true
        sign(quantity('-1')) ⇒ -1
        """);
  }

  @Test
  void semanticVersions() {
    Shown.check(
        """
        isSemver('1.2.3') && isSemver('1.2.3-rc.1+build') ⇒ true
        isSemver('v1.2.3') || isSemver('1.2') || isSemver('01.2.3') ⇒ false
        isSemver('v01.2', true) ⇒ true
        semver('1.2.3').major() + semver('1.2.3').minor() + semver('1.2.3').patch() ⇒ 6
        semver('1.2.3').isGreaterThan(semver('1.2.3-rc.1')) ⇒ true
        semver('1.2.3-rc.2').isLessThan(semver('1.2.3-rc.10')) ⇒ true
        semver('1.2.3+a').compareTo(semver('1.2.3+b')) ⇒ 0
        semver('v1', true) == semver('1.0.0') ⇒ true
        semver('1.x.3') ⇒ ! Invalid character(s) found in minor number "x"
        semver('1.2') ⇒ ! No Major.Minor.Patch elements found
        """);
  }

  @Test
  void formats() {
    Shown.check(
        """
        format.dns1123Label().validate('my-name').hasValue() ⇒ false
        format.dns1123Label().validate('My').value()[0].startsWith('a lowercase RFC 1123 label') ⇒ true
        format.dns1123LabelPrefix().validate('my-').hasValue() ⇒ false
        format.dns1123Subdomain().validate('a.b').hasValue() ⇒ false
        format.dns1123SubdomainPrefix().validate('a.b-').hasValue() ⇒ false
        format.dns1035Label().validate('1a').hasValue() ⇒ true
        format.dns1035LabelPrefix().validate('a-').hasValue() ⇒ false
        format.qualifiedName().validate('example.com/a').hasValue() ⇒ false
        format.labelValue().validate('a b').hasValue() ⇒ true
        format.uri().validate('https://a.example').hasValue() ⇒ false
        format.uuid().validate('x').value() ⇒ ['does not match the UUID format']
        format.byte().validate('aGVsbG8=').hasValue() ⇒ false
        format.byte().validate('%').value() ⇒ ['invalid base64']
        format.date().validate('2024-02-30').value() ⇒ ['invalid date']
        format.datetime().validate('2024-02-28T10:00:00Z').hasValue() ⇒ false
        format.datetime().validate('2024-02-28').value() ⇒ ['invalid datetime']
        format.named('uuid').hasValue() ⇒ true
        format.named('none').hasValue() ⇒ false
        """);
  }

  @Test
  void patches() {
    Shown.check(
        """
        jsonpatch.escapeKey('k8s.io/my~label') ⇒ 'k8s.io~1my~0label'
        JSONPatch{op: 'add', path: '/a', value: 1}.op ⇒ 'add'
        Object{spec: Object.spec{replicas: 2}}.spec.replicas ⇒ 2
        has(Object{spec: Object.spec{}}.spec.none) ⇒ false
        """);
  }
}
