"""Tests of the publisher, one file for each of its modules."""
