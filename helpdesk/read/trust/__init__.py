"""What speaks for or against a mail: authentication, deceptive headers, words that may look otherwise."""
