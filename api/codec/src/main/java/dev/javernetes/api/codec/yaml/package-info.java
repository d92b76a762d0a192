/**
 * YAML to and from JSON trees, with go-yaml's reading of YAML 1.1 ({@code yes} is true, {@code
 * 0777} is octal). Uses snakeyaml-engine's event parser only. Start reading at {@link
 * dev.javernetes.api.codec.yaml.YamlReader}.
 */
@NullMarked
package dev.javernetes.api.codec.yaml;

import org.jspecify.annotations.NullMarked;
