"""Accounts, sign-ins, links, attempts, and the record of deeds."""
