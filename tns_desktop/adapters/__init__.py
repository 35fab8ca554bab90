"""The outside world, one package a technology: what the ports of ``services`` promise is kept here."""
