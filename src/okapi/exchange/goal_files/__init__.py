"""Goals by file: the workbook that goes round, and the files of other products."""
