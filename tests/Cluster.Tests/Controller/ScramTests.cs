using System.Security.Cryptography;
using System.Text;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>SCRAM credentials (KIP-554): set, described, deleted, refused, kept in snapshots.</summary>
public sealed class ScramTests
{
    private readonly TestController _controller = new();

    [Fact]
    public void What_is_kept_of_a_password_is_what_the_standard_says()
    {
        // The example of RFC 7677: user "user", password "pencil".
        var salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");
        var salted = Rfc2898DeriveBytes.Pbkdf2("pencil", salt, 4096, HashAlgorithmName.SHA256, 32);
        Alter([], [Upsertion("user", 1, salt: salt, password: salted)]);

        var credential = _controller.Image.Scram.Of("user")[ScramMechanism.Sha256];

        const string authMessage = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        var signature = HMACSHA256.HashData(credential.ServerKey, Encoding.ASCII.GetBytes(authMessage));
        Assert.Equal("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Convert.ToBase64String(signature));
        var proof = Convert.FromBase64String("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        var clientSignature = HMACSHA256.HashData(credential.StoredKey, Encoding.ASCII.GetBytes(authMessage));
        var clientKey = proof.Zip(clientSignature, (left, right) => (byte)(left ^ right)).ToArray();
        Assert.Equal(credential.StoredKey, SHA256.HashData(clientKey));
    }

    [Fact]
    public void Users_are_described_without_secrets()
    {
        Alter([], [Upsertion("ann", 1), Upsertion("ann", 2, iterations: 8192), Upsertion("bob", 1)]);

        var all = Describe();
        var some = Describe("bob", "eve", "ann", "ann");

        Assert.Equal(["ann", "bob"], all.Results.Select(result => result.User));
        Assert.Equal([(1, 4096), (2, 8192)], all.Results[0].CredentialInfos.Select(info => ((int)info.Mechanism, info.Iterations)));
        Assert.Equal([ErrorCode.None, ErrorCode.ResourceNotFound, ErrorCode.DuplicateResource], some.Results.Select(result => result.ErrorCode));
    }

    [Fact]
    public void Credentials_are_deleted_one_mechanism_at_a_time()
    {
        Alter([], [Upsertion("ann", 1), Upsertion("ann", 2)]);

        var deleted = Alter([("ann", 1)], []);
        var again = Alter([("ann", 1)], []);

        Assert.Equal(ErrorCode.None, deleted.Results.Single().ErrorCode);
        Assert.Equal(ErrorCode.ResourceNotFound, again.Results.Single().ErrorCode);
        Assert.Equal([ScramMechanism.Sha512], _controller.Image.Scram.Of("ann").Keys);
    }

    [Fact]
    public void A_user_with_one_wrong_change_keeps_everything_and_others_go_ahead()
    {
        var response = Alter([], [Upsertion("ann", 1), Upsertion("ann", 2, iterations: 100), Upsertion("bob", 1)]);

        Assert.Equal(ErrorCode.UnacceptableCredential, response.Results.Single(result => result.User == "ann").ErrorCode);
        Assert.Equal(ErrorCode.None, response.Results.Single(result => result.User == "bob").ErrorCode);
        Assert.Equal(["bob"], _controller.Image.Scram.ByUser.Keys);
    }

    [Fact]
    public void Wrong_credentials_are_refused_with_the_codes_of_Kafka()
    {
        Assert.Equal(ErrorCode.UnacceptableCredential, Code(Upsertion("", 1)));
        Assert.Equal(ErrorCode.UnacceptableCredential, Code(Upsertion("ann", 1, iterations: 16_385)));
        Assert.Equal(ErrorCode.UnacceptableCredential, Code(Upsertion("ann", 1, salt: [])));
        Assert.Equal(ErrorCode.UnacceptableCredential, Code(Upsertion("ann", 1, password: [])));
        Assert.Equal(ErrorCode.UnsupportedSaslMechanism, Code(Upsertion("ann", 3)));
        Assert.Equal(ErrorCode.DuplicateResource, Code(Upsertion("ann", 1), Upsertion("ann", 1)));
    }

    [Fact]
    public void A_snapshot_brings_all_credentials_back_and_takes_those_away_that_are_gone()
    {
        Alter([], [Upsertion("ann", 1), Upsertion("bob", 2)]);
        var before = _controller.Image;
        var delta = new MetadataDelta(MetadataImage.Empty);
        delta.Replay(before.ToRecords());
        var read = delta.Apply(before.Offset, before.Epoch);
        Alter([("ann", 1)], []);

        var back = MetadataDelta.Between(read, _controller.Image).Apply(_controller.Image.Offset, 1);

        Assert.Equal(["ann", "bob"], read.Scram.ByUser.Keys);
        Assert.Equal(before.Scram.Of("ann")[ScramMechanism.Sha256].StoredKey, read.Scram.Of("ann")[ScramMechanism.Sha256].StoredKey);
        Assert.Equal(["bob"], back.Scram.ByUser.Keys);
    }

    private ErrorCode Code(params AlterUserScramCredentialsRequest.ScramCredentialUpsertion[] upsertions) =>
        Alter([], upsertions).Results.Single().ErrorCode;

    private DescribeUserScramCredentialsResponse Describe(params string[] users) => DescribeUserScramCredentials.Handle(
        _controller.Image.Scram, new() { Users = [.. users.Select(user => new DescribeUserScramCredentialsRequest.UserName { Name = user })] });

    private AlterUserScramCredentialsResponse Alter(
        (string User, sbyte Mechanism)[] deletions, AlterUserScramCredentialsRequest.ScramCredentialUpsertion[] upsertions) =>
        _controller.Run(context => AlterUserScramCredentials.Handle(context, new()
        {
            Deletions = [.. deletions.Select(deletion =>
                new AlterUserScramCredentialsRequest.ScramCredentialDeletion { Name = deletion.User, Mechanism = deletion.Mechanism })],
            Upsertions = [.. upsertions],
        }));

    private static AlterUserScramCredentialsRequest.ScramCredentialUpsertion Upsertion(
        string user, sbyte mechanism, int iterations = 4096, byte[]? salt = null, byte[]? password = null) => new()
    {
        Name = user,
        Mechanism = mechanism,
        Iterations = iterations,
        Salt = salt ?? [1, 2, 3],
        SaltedPassword = password ?? [4, 5, 6],
    };
}
