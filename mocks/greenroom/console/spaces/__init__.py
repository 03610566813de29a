"""The pages of spaces, made of what the control routes give."""
