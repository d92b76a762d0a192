package dev.javernetes.apiserver.access;

/** What admission is asked about. */
public enum Operation {
  CREATE,
  UPDATE,
  DELETE,
  CONNECT
}
