"""The pure core: contracts as data. Imports no web framework and no test framework."""
