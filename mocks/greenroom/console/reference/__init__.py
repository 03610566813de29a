"""The reference: what contracts say, as pages."""
