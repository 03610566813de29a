"""GraphQL requests executed over the examples of a contract.

Imported only for operations with a GraphQL schema, since the library takes time to load.
"""
