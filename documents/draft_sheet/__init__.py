"""A draft as an Excel workbook that an officer corrects: written, and read back with every fault at its cell."""
