"""Tables of Word, Excel, PDF and text files in, guarded."""
