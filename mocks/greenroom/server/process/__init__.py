"""What the process of a server does beside serving: a quick start, copies of itself, reloading."""
