"""The safety of accounts: counted attempts, sessions that can be ended, a second factor, passwords and their loss."""
