"""What spaces need of the server: the rules of their requests, and the task that moves time."""
