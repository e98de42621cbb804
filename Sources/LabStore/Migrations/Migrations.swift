import GRDB

/// Every form the database ever had, in order. A migration that was released is never changed.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 jobs, boards, results, power, events") { db in
            try db.execute(sql: Schema0001.statements)
        }
        migrator.registerMigration("0002 when jobs were queued") { db in
            try db.execute(sql: Schema0002.statements)
        }
        migrator.registerMigration("0003 power paths of boards") { db in
            try db.execute(sql: Schema0003.statements)
        }
        migrator.registerMigration("0004 groups, needs, retries, health checks") { db in
            try db.execute(sql: Schema0004.statements)
        }
        migrator.registerMigration("0005 leases of people, logs of boards") { db in
            try db.execute(sql: Schema0005.statements)
        }
        migrator.registerMigration("0006 history") { db in
            try db.execute(sql: Schema0006.statements)
        }
        migrator.registerMigration("0007 retention, pins, settings") { db in
            try db.execute(sql: Schema0007.statements)
        }
        migrator.registerMigration("0008 recurring jobs") { db in
            try db.execute(sql: Schema0008.statements)
        }
        migrator.registerMigration("0009 interruptions") { db in
            try db.execute(sql: Schema0009.statements)
        }
        return migrator
    }
}
