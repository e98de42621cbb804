/// Runs that labd's own end cut short are counted apart from those that the lab failed.
enum Schema0009 {
    static let statements = "ALTER TABLE jobs ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;"
}
