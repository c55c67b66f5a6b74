"""What is said of each filer: numbers, addresses and names gathered into one claim a filer."""
