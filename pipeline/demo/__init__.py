"""An embedded Quay with all of Quay's habits, a lively history for it, and the server that shows both over HTTP."""
