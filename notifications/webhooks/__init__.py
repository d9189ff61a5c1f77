"""Other systems told of status changes: what is read from the record, signed, sent, and sent again until it is answered."""
