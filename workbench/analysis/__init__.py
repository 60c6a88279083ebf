"""What the libraries' indicators say of a month: judged, forecast, and told in sentences.

What is judged is data (``data_contracts/analysis``); formulas are those of ``workbench.economy``;
figures are those that the gateway released, each with its entry of the ledger.
"""
