"""Greenroom's own routes: pages, contracts, and what steers spaces."""
