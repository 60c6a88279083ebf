"""What is out of the ordinary in the ledger: rules as data, pure detectors, findings, their end."""
