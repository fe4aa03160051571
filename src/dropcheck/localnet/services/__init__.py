"""Services that need code rather than fixture files, mounted with `LocalInternet.mount`."""
