/// What a person who follows something is told about the connection.
enum ConnectionNotice {
    @Sendable static func lost() {
        Output.progress().line("connection lost; trying again")
    }

    @Sendable static func regained() {
        Output.progress().line("connected again")
    }
}
