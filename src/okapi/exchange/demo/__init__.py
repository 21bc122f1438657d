"""The demo: an invented maker of smart-home devices, with data that go on from day to day."""
