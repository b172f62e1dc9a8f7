-- What an indicator asks for where that is more than single values: its pattern, as its object has it.
ALTER TABLE indicator ADD COLUMN pattern TEXT;
