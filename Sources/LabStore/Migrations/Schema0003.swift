/// How each board's power goes away, as it was measured.
enum Schema0003 {
    static let statements = """
        ALTER TABLE boards ADD COLUMN power_path TEXT; -- JSON
        """
}
