namespace Agent.Commands.Syntax;

/// <summary>Exit codes of every subcommand. README.md and --help document them. 1 is System.CommandLine's own for a usage error.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Usage = 1;

    /// <summary>The command itself failed.</summary>
    public const int Failed = 2;

    /// <summary>The command worked and found a fault.</summary>
    public const int Faulty = 3;

    /// <summary>No daemon answers on the control socket.</summary>
    public const int Unreachable = 4;

    /// <summary>No fault was found, but some subject could not be looked at.</summary>
    public const int CouldNotLook = 5;

    /// <summary>The command was not done, because something stands against it: another daemon, a recovery, maintenance.</summary>
    public const int Refused = 6;
    public const int NotFound = 7;

    /// <summary>The configuration is wrong (EX_CONFIG of sysexits.h).</summary>
    public const int Configuration = 78;

    public const string Table = """
        Exit codes:
          0   done; healthy
          1   usage error
          2   the command failed
          3   done, and something is faulty
          4   no daemon answers
          5   nothing faulty, but something could not be looked at
          6   refused: another daemon, a recovery under way, an unusable state folder
          7   no such incident, engine or fault
          78  the configuration is wrong
        """;
}
