"""`python -m gaung.cli`."""

from gaung.cli.main import main

if __name__ == "__main__":
    main()
