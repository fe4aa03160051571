"""How each music service writes its addresses: one module per service, all pure."""
