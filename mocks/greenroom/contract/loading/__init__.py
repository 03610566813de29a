"""Reading the files of a contract and making one document of them."""
