@rem For npm scripts on Windows: cmd.exe has no exec, with which other shells hand their process, and so every signal, to the service.
@%*
