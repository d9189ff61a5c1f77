"""The life of tasks: what people do with them, and the event each change leaves."""
