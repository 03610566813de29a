"""The mocks by https, also for clients that know no other address than the vendor's."""
