/**
 * The protobuf form of API objects, driven by the schema. Uses the schema model and the JSON tree;
 * no protobuf runtime. Start reading at {@link dev.javernetes.api.codec.protobuf.ProtobufCodec}.
 */
@NullMarked
package dev.javernetes.api.codec.protobuf;

import org.jspecify.annotations.NullMarked;
