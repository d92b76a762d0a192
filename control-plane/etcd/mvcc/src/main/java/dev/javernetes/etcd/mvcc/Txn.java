package dev.javernetes.etcd.mvcc;

import java.util.List;

/**
 * An atomic step: if every compare holds, all of {@code success} happens, else all of {@code
 * failure}. All writes of one transaction share one revision, and no key may be written twice in
 * it.
 *
 * <p>{@code Txn.when(Compare.modRevision(key, 41)).then(Op.put(key, value)).orElse(Op.get(key))}
 * updates a key that nobody else changed and otherwise returns what is there now.
 */
public record Txn(List<Compare> compares, List<Op> success, List<Op> failure) {
  public Txn {
    compares = List.copyOf(compares);
    success = List.copyOf(success);
    failure = List.copyOf(failure);
  }

  public static Txn of(Op... ops) {
    return new Txn(List.of(), List.of(ops), List.of());
  }

  public static Txn when(Compare... compares) {
    return new Txn(List.of(compares), List.of(), List.of());
  }

  public Txn then(Op... ops) {
    return new Txn(compares, List.of(ops), failure);
  }

  public Txn orElse(Op... ops) {
    return new Txn(compares, success, List.of(ops));
  }
}
