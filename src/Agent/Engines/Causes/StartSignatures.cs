using static Agent.Engines.Causes.NewSignature;

namespace Agent.Engines.Causes;

/// <summary>
/// Failures that only a start meets: a model that is missing or that this version cannot run, packages that do not load, files that the engine's
/// user may not touch. The words are those of vLLM 0.6 to 0.33, vllm-ascend, transformers 4 and 5, huggingface_hub, safetensors and Python. A start
/// may print such an error and go on without the missing thing. So a later stage of the start disproves them, and any other cause counts more.
/// </summary>
internal static class StartSignatures
{
    public static readonly IReadOnlyList<LogSignature> All =
    [
        // Errors of the model and its tokenizer. A hub that does not answer is none of them, because it may answer later.
        Starts("model-incomplete", "does not appear to have a file named"
            + "|Can't load the (?:configuration|model|feature extractor|image processor|processor) " + "|Can't load tokenizer for"
            + "|No supported config format found|Cannot find any model weights|Error while deserializing header"
                + "|PytorchStreamReader failed|Tokenizer class \\S{1,80} does not exist"
            + "|Couldn't instantiate the backend tokenizer|You are trying to access a gated repo|weights were not initialized from checkpoint"
            + "|^KeyError: '[\\w.]{0,200}\\blayers\\.[0-9]{1,4}\\.[\\w.]{1,200}'"
            + "|^(?:\\w{1,60}\\.){0,10}(?:GatedRepo|(?:Repository|Revision|Entry|RemoteEntry)NotFound|HFValidation|NotExist)Error: ",
            "does not appear to have a file", "Can't load ", "No supported config format", "Cannot find any model weights", "deserializing header",
                "PytorchStreamReader", "Tokenizer class ", "backend tokenizer", "gated repo", "not initialized from checkpoint", "KeyError: '",
                "GatedRepoError", "NotFoundError", "HFValidationError", "NotExistError"),
        Starts("model-not-supported", "Model architectures .{1,400} (?:are not supported|failed to be inspected)"
            + "|does not recognize this architecture|Unknown quantization method"
            + "|quantization is currently not supported|Quantization method specified in the model config|must be divisible by|is not divisible by",
            "Model architectures ", "recognize this architecture", "nknown quantization method", "quantization is currently not supported",
                "Quantization method specified", "divisible by"),

        // Errors of Python and the loader: the error itself, not a warning that quotes it. vLLM works without its kernels for other chips.
        Starts("package-missing", "^(?:ImportError|ModuleNotFoundError): (?!No module named .vllm\\._)"
            + "|^OSError: .{0,300}cannot (?:open shared object file|allocate memory in static TLS block)"
            + "|Failed to load the backend extension|Failed to infer device type|Device string must not be empty",
            "ImportError: ", "ModuleNotFoundError: ", "cannot open shared object file", "static TLS block", "Failed to load the backend extension",
                "Failed to infer device type", "Device string must not be empty"),

        // A file in a folder. A name without a folder is shared memory or a socket. These come and go with the processes.
        Starts("file-refused",
            @"^(?:FileNotFoundError|PermissionError|NotADirectoryError|IsADirectoryError|OSError): \[Errno (?:2|13|20|21|30)\] [\w -]{1,40}: "
                + @"b?'(?!/dev/shm/|/proc/|/tmp/|/run/)[^']{1,400}/[^']{1,400}'",
            "[Errno 2]", "[Errno 13]", "[Errno 20]", "[Errno 21]", "[Errno 30]"),
    ];

    private static LogSignature Starts(string id, string pattern, params string[] hints) =>
        Of(id, Cure.Person, pattern, hints) with { Speaks = CausePhase.Starting, Standing = Standing.Vague };
}
