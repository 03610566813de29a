"""What a run sends: requests made from a contract, each with its purpose."""
