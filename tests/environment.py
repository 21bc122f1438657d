"""Runs before Django reads its settings: a home of its own, and the database that was asked for."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="okapi-test-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

for name in [name for name in os.environ if name.startswith("OKAPI_") and "TEST" not in name]:
    del os.environ[name]

os.environ["OKAPI_HOME"] = HOME
os.environ["OKAPI_SECRET_KEY"] = "tests-only-" + "x" * 50
os.environ["OKAPI_DEBUG"] = "1"
if url := os.environ.get("OKAPI_TEST_DATABASE_URL"):
    os.environ["OKAPI_DATABASE_URL"] = url
