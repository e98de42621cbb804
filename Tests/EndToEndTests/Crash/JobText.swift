/// Parts of jobs that several labs of the tests run.
enum JobText {
    /// An interactive test: each command is a test case, and has to answer `hello`.
    static func dialogue(_ commands: [(name: String, line: String)]) -> String {
        let steps = commands.map {
            "      - {name: \($0.name), command: '\($0.line)', successes: [{message: hello}]}"
        }
        return """
            - test:
                interactive:
                - name: talk
                  prompts: ['/ # ']
                  script:
            \(steps.joined(separator: "\n"))
            """ + "\n"
    }
}
