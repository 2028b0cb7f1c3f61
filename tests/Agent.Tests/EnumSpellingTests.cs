using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agent.Configuration;
using Agent.Domain;
using Agent.Domain.Recovery;
using Agent.Reports;

namespace Agent.Tests;

/// <summary>
/// A member of an enum reaches people and scripts by its word alone. Read from the compiled code: in the sources a member in a text
/// looks like any other value.
/// </summary>
public sealed class EnumSpellingTests
{
    private const byte Prefix = 0xFE;
    private const byte Constrained = 0x16;
    private const byte Box = 0x8C;
    private const byte Call = 0x28;
    private const byte CallVirtual = 0x6F;

    private static readonly string?[] TakesAnything = ["Append", "Concat", "Write", "WriteLine"];

    /// <summary>What a record prints of itself is for a debugger.</summary>
    private const string OfRecords = "PrintMembers";

    /// <summary>Files of the agent's own, which older versions wrote: names of members are their format.</summary>
    private static readonly string[] OwnFiles = ["EnumWords`1", "Journal"];

    private static readonly IReadOnlyList<Type> Enums =
        [.. typeof(IncidentReport).Assembly.GetTypes().Concat(typeof(Rung).Assembly.GetTypes()).Where(t => t.IsEnum)];

    [Theory]
    [InlineData(typeof(Words))]
    [InlineData(typeof(IncidentReport))]
    public void No_text_has_a_member_of_an_enum_as_the_language_spells_it(Type one)
    {
        using var file = new PEReader(File.OpenRead(one.Assembly.Location));
        var found = new Code(file, [.. Enums.Select(t => t.FullName!.Replace('+', '.'))]).SpelledByTheLanguage().ToList();
        // What a record prints of itself is there, so that the search finds what there is.
        found.ShouldContain(f => f.Method == OfRecords);
        found.Where(f => f.Method != OfRecords && !OwnFiles.Contains(f.Type)).Select(f => $"{f.Type}.{f.Method}: {f.Enum}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_member_has_one_word_of_lower_case_and_is_found_by_it()
    {
        foreach (var type in Enums)
        {
            var words = Enum.GetValues(type).Cast<Enum>().Select(Words.Of).ToList();
            words.ShouldBeUnique(type.Name);
            words.ShouldAllBe(w => w.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && !w.Contains("--", StringComparison.Ordinal));
            words.ShouldBe(Enum.GetNames(type).Select(System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName), ignoreOrder: true, type.Name);
        }
    }

    // Old journals hold names of members, so that JournalJson reads and writes them for good.
    [Fact]
    public void Settings_are_shown_with_the_words_of_the_file()
    {
        var yaml = """
            mode: observe
            language: zh
            engines: [ { name: a, model: /m, chips: [0/0] } ]
            faults: { chip-alarm: { rung: hand-over, severity: critical } }
            vendor_codes: { "80E01801": free-restart-npu }
            """;
        var shown = JsonSerializer.SerializeToNode(SettingsFile.Parse("t.yaml", yaml, _ => false).Settings!, SettingsJson.Readable.AgentSettings)!;
        ((string?)shown["mode"], (string?)shown["language"], (string?)shown["engines"]![0]!["runs_in"]!["kind"]).ShouldBe(("observe", "zh", "process"));
        ((string?)shown["faults"]!["chip-alarm"]!["rung"], (string?)shown["faults"]!["chip-alarm"]!["severity"]).ShouldBe(("hand-over", "critical"));
        ((string?)shown["vendor_codes"]!["80E01801"]).ShouldBe("free-restart-npu");
        shown["budgets"]!.AsObject().Select(b => b.Key).ShouldContain("start_engine");
        var names = Enums.SelectMany(Enum.GetNames).ToHashSet(StringComparer.Ordinal);
        Texts(shown).Where(names.Contains).ShouldBeEmpty();
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Texts(m.Value).Prepend(m.Key)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    /// <summary>The instructions that put a value into a text: a hole of an interpolation, ToString, and what takes any object.</summary>
    private sealed class Code(PEReader file, HashSet<string> enums)
    {
        private readonly MetadataReader _metadata = file.GetMetadataReader();

        public IEnumerable<(string Type, string Method, string Enum)> SpelledByTheLanguage() =>
            from handle in _metadata.MethodDefinitions
            let method = _metadata.GetMethodDefinition(handle)
            where method.RelativeVirtualAddress != 0
            let type = _metadata.GetString(_metadata.GetTypeDefinition(method.GetDeclaringType()).Name)
            from found in In(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!)
            where !(type == nameof(Words) && found is "Enum")
            select (type, _metadata.GetString(method.Name), found);

        private IEnumerable<string> In(byte[] code)
        {
            for (var at = 0; at + 9 < code.Length; at++)
            {
                var name = code[at] is Call or CallVirtual ? HoleOf(Token(code, at + 1)) : null;
                if (code[at] == Prefix && code[at + 1] == Constrained && code[at + 6] == CallVirtual && NameOf(Token(code, at + 7)) == "ToString")
                    name = Named(Token(code, at + 2));
                else if (code[at] == Box && code[at + 5] is Call or CallVirtual && TakesAnything.Contains(NameOf(Token(code, at + 6))))
                    name = Named(Token(code, at + 1));
                if (name is not null)
                    yield return name;
            }
        }

        /// <summary>The enum of AppendFormatted of an enum.</summary>
        private string? HoleOf(EntityHandle called)
        {
            if (called.Kind != HandleKind.MethodSpecification || !InTable(called, TableIndex.MethodSpec))
                return null;
            var made = _metadata.GetMethodSpecification((MethodSpecificationHandle)called);
            return NameOf(made.Method) == "AppendFormatted" ? made.DecodeSignature(new Names(), null).Select(Known).FirstOrDefault(n => n is not null) : null;
        }

        private string? Known(string type) => enums.Contains(type.TrimEnd('?')) ? type[(type.LastIndexOf('.') + 1)..] : null;

        private string? Named(EntityHandle type) => type.Kind switch
        {
            HandleKind.TypeDefinition when InTable(type, TableIndex.TypeDef) => Known(Names.Of(_metadata, (TypeDefinitionHandle)type)),
            HandleKind.TypeReference when InTable(type, TableIndex.TypeRef) => Known(Names.Of(_metadata, (TypeReferenceHandle)type)),
            _ => null,
        };

        private string? NameOf(EntityHandle method) => method.Kind switch
        {
            HandleKind.MemberReference when InTable(method, TableIndex.MemberRef) =>
                _metadata.GetString(_metadata.GetMemberReference((MemberReferenceHandle)method).Name),
            HandleKind.MethodDefinition when InTable(method, TableIndex.MethodDef) =>
                _metadata.GetString(_metadata.GetMethodDefinition((MethodDefinitionHandle)method).Name),
            _ => null,
        };

        private bool InTable(EntityHandle handle, TableIndex table) =>
            !handle.IsNil && MetadataTokens.GetRowNumber(handle) <= _metadata.GetTableRowCount(table);

        // What looks like an instruction may be another's argument: then its token names nothing.
        private static EntityHandle Token(byte[] code, int at)
        {
            var token = BitConverter.ToInt32(code, at);
            return (token >> 24) is 0x01 or 0x02 or 0x06 or 0x0A or 0x2B ? MetadataTokens.EntityHandle(token) : default;
        }
    }

    /// <summary>Types by their full names; of what wraps an enum, the enum's.</summary>
    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        public static string Of(MetadataReader reader, TypeDefinitionHandle handle)
        {
            var type = reader.GetTypeDefinition(handle);
            var outer = type.GetDeclaringType();
            return $"{(outer.IsNil ? reader.GetString(type.Namespace) : Of(reader, outer))}.{reader.GetString(type.Name)}";
        }

        public static string Of(MetadataReader reader, TypeReferenceHandle handle)
        {
            var type = reader.GetTypeReference(handle);
            var outer = type.ResolutionScope;
            var within = outer.Kind == HandleKind.TypeReference ? Of(reader, (TypeReferenceHandle)outer) : reader.GetString(type.Namespace);
            return $"{within}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Of(reader, handle);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Of(reader, handle);

        public string GetGenericInstantiation(string genericType, System.Collections.Immutable.ImmutableArray<string> typeArguments) =>
            genericType == "System.Nullable`1" ? typeArguments[0] : genericType;

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[]";

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetByReferenceType(string elementType) => elementType;

        public string GetPointerType(string elementType) => elementType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => "";

        public string GetGenericMethodParameter(object? genericContext, int index) => "!!";

        public string GetGenericTypeParameter(object? genericContext, int index) => "!";

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => "";
    }
}
