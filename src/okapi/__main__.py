"""`python -m okapi` is the same as `okapi`."""

from okapi.cli.main import main

if __name__ == "__main__":
    main()
