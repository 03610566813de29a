"""GraphQL executed over the examples of a contract. Only what declares a schema imports this."""
