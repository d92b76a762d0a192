package dev.javernetes.apiserver.authentication;

/**
 * Credentials that are there and wrong. The client only learns that it is unauthorized; a
 * TokenReview tells the message.
 */
public final class CredentialException extends Exception {
  private static final long serialVersionUID = 1;

  public CredentialException(String message) {
    super(message);
  }
}
